"""The servers under the tests: an embedded stack of their own, fast and forgetful, beside whatever else is running.

Several runs may go on at once in one checkout, each with several processes: a run takes a number, which names its
databases; the number is free again when the run ends, however it ends.
"""

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import redis

from deploy import env
from deploy.embedded import places, stack
from deploy.embedded.places import Place
from deploy.embedded.postgres import Postgres

CHECKOUT = Path(__file__).resolve().parents[2]
MOST_RUNS = 60  # times PROCESSES_A_RUN stays below Valkey's number of databases
PROCESSES_A_RUN = 16

_open_until_the_end = ExitStack()


class TooManyRuns(Exception):
    """Every number for a run of the tests is taken."""


def begin() -> None:
    """Start or join the tests' servers, point the settings at this run's databases, and set Django up."""
    place = places.tests(env.folder("AFTERCARE_VAR", default=CHECKOUT / "var"))
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(place.folder / "hypothesis"))
    _open_until_the_end.enter_context(stack.running(place))
    run, process = _number_of_run(place), _number_of_process()
    _point_at_databases(place, run=run, process=process)
    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    django.setup()
    # Inherited by xdist's workers, it would have the settings read before a worker has found its databases.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def end() -> None:
    """Leave the servers; the last one out stops them."""
    _open_until_the_end.close()


def _number_of_process() -> int:
    """Return 0 for the run itself, 1 and up for xdist's workers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(worker.removeprefix("gw")) + 1 if worker else 0


def _number_of_run(place: Place) -> int:
    """Return the run's number; xdist's workers inherit it from the process that started them."""
    if "AFTERCARE_TEST_RUN" not in os.environ or not _number_of_process():
        os.environ["AFTERCARE_TEST_RUN"] = str(_take_number(place))
    return int(os.environ["AFTERCARE_TEST_RUN"])


def _take_number(place: Place) -> int:
    place.make()
    for number in range(MOST_RUNS):
        descriptor = os.open(place.folder / f"run-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        _open_until_the_end.callback(os.close, descriptor)
        return number
    message = f"More than {MOST_RUNS} runs of the tests at once."
    raise TooManyRuns(message)


def _point_at_databases(place: Place, *, run: int, process: int) -> None:
    os.environ["LOCAL"] = "1"
    os.environ["SECRET_KEY"] = "only-for-tests-" * 5
    os.environ["LIVE_PREFIX"] = f"tests-{run}-{process}"
    parts = urlsplit(env.text("TEST_DATABASE_URL") or env.text("DATABASE_URL", default=Postgres(place).url))
    os.environ.setdefault("TEST_DATABASE_URL", urlunsplit(parts))
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"{parts.path}_r{run}"))
    if not env.text("VALKEY_URL") or env.text("VALKEY_URL").startswith(f"unix://{place.valkey_socket}"):
        os.environ["VALKEY_URL"] = f"unix://{place.valkey_socket}?db={run * PROCESSES_A_RUN + process}"
        redis.Redis.from_url(os.environ["VALKEY_URL"]).flushdb()
