"""`manage.py lines`: keeps the lines open on which providers without webhooks speak to us."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseFailed
from django.db import connection

from deploy import signs
from notifications.lines import consumers
from notifications.lines.holding import Lines

logger = logging.getLogger(__name__)

# How long a new account waits for its line; one query each time, whatever there is.
LOOK_SECONDS = 5.0


class Command(BaseCommand):
    """Holds the lines of all dealers until told to stop; of several such processes one holds them, the others wait."""

    help = "Keep open the lines of carriers (SMPP), for all dealers. make run does it by itself."

    def handle(self, **_options: object) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        lines = Lines(consumers.take)
        try:
            while not stop.is_set():
                _look(lines)
                stop.wait(LOOK_SECONDS)
        finally:
            lines.close()


def _look(lines: Lines) -> None:
    try:
        lines.look()
        signs.leave("lines")
    except DatabaseFailed:
        # What is open stays open, and what carriers bring meanwhile they are asked to bring again.
        logger.exception("the lines could not be looked after")
        connection.close()
