"""The Celery application: four queues, and the signs of life that the health page reads."""

import os
from pathlib import Path

from celery import Celery, Task
from celery.signals import heartbeat_sent, setup_logging, task_prerun, worker_ready
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

# send: messages out; inbound: what owners answer; plan: time becoming work; report: figures, imports, exports, files.
QUEUES = ("send", "inbound", "plan", "report")

BASE = Path(__file__).resolve().parent.parent
FLOORS = ("tenants", "core", "notifications", "api", "deploy")


def rooms_with_tasks() -> list[str]:
    """Return the packages that have a tasks.py, sorted, so that a new one needs no entry anywhere."""
    files = (path for floor in FLOORS for path in (BASE / floor).rglob("tasks.py"))
    return sorted(".".join(path.parent.relative_to(BASE).parts) for path in files)


app = Celery("aftercare")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Each queue has a key of its own: with a common one, a broker would put every message into all four.
app.conf.task_queues = [Queue(name, Exchange("aftercare", type="direct"), routing_key=name) for name in QUEUES]
app.autodiscover_tasks(rooms_with_tasks(), force=False)


@setup_logging.connect
def keep_our_logging(**_kwargs: object) -> None:
    """Being connected is enough: Celery then leaves Django's logging as it is."""


@task_prerun.connect
def check_connections(task: Task[..., object], **_kwargs: object) -> None:
    """Let go of connections that are broken; Celery's own look keeps even broken ones for many tasks.

    Not of old ones: by Django's measure (CONN_MAX_AGE = 0) each would be too old for a second task, and opening one
    costs more than most tasks do. A task called in place shares its caller's connection, and maybe a transaction.
    """
    from django.db import connections  # noqa: PLC0415 - settings are not ready while this module loads

    if task.request.is_eager:
        return
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.is_usable():
            connection.close()


@worker_ready.connect
@heartbeat_sent.connect
def show_life(**_kwargs: object) -> None:
    """Leave a sign that a worker is there; the worker's own heartbeat comes every two seconds."""
    from deploy import signs  # noqa: PLC0415 - settings are not ready while this module loads

    signs.leave("worker")
