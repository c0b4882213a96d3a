"""What beat sends. Time lives in PostgreSQL, so there is one entry: look whether any dealer's work is due."""

import time
from typing import Any

from celery.beat import Scheduler

from deploy import signs
from deploy.celery import app

SIGN_SECONDS = 2.0

app.conf.beat_schedule = {
    "tick": {
        "task": "notifications.tick",
        "schedule": 1.0,
        # A tick that nobody took within its second is worth nothing: the next one sees the same work.
        "options": {"queue": "plan", "expires": 1.0},
    }
}


class SeenScheduler(Scheduler):
    """Celery's in-memory scheduler (one entry needs no file) that leaves a sign of life."""

    next_sign = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Do what is due and return the seconds until the next look."""
        if time.monotonic() >= self.next_sign:
            signs.leave("beat")
            self.next_sign = time.monotonic() + SIGN_SECONDS
        pause: float = super().tick(*args, **kwargs)
        return min(pause, SIGN_SECONDS)
