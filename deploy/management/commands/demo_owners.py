"""`manage.py demo_owners`: opens the demo where it is not there yet, then plays its owners until stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy.demo import opening, playing


class Command(BaseCommand):
    help = "Play the demo's invented owners: they read, tap, answer in words, complain, opt out."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)
        try:
            opening.open_demo(now=timezone.now(), say=self.stdout.write)
            self.stdout.write("the owners are at their phones")
            playing.play(port=settings.PORT, stop=stop)
        except (opening.DealerNotOurs, playing.NotTaken) as problem:
            raise CommandError(str(problem)) from problem
