"""The servers under the bench: an embedded stack of its own with fsync on, as a dealer's would be."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

CHECKOUT = Path(__file__).resolve().parents[2]
VAR = CHECKOUT / "var"
MANUFACTURER = "bench"


class BenchRunning(Exception):
    """Another bench runs in this checkout; two would measure each other."""


@contextmanager
def standing() -> Iterator[None]:
    """Start an empty stack, migrate, and stop it again; nothing of another stack is touched.

    Raises: BenchRunning.
    """
    house = VAR / "bench" / "house"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    os.environ["AFTERCARE_VAR"] = str(house)
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    # Settings read the environment when they are imported, which is now.
    from deploy.embedded import stack

    if stack.stop(house):
        raise BenchRunning(f"the servers in {house} are in use: wait for the other bench to end")
    # What a killed run left would be measured along with ours.
    shutil.rmtree(house, ignore_errors=True)
    from deploy import settings

    with stack.running(settings.EMBEDDED):
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        yield
