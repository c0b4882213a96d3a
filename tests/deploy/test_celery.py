"""The queues, and what happens around a task."""

import pytest
from celery import shared_task
from django.db import connection, transaction

from deploy.celery import QUEUES, app, rooms_with_tasks
from tenants.scope import public_scope


@shared_task(name="tests.look")
def look() -> None:
    """Do nothing."""


def test_no_two_queues_share_a_key() -> None:
    assert {queue.name: queue.routing_key for queue in app.conf.task_queues} == dict(zip(QUEUES, QUEUES, strict=True))


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("notifications.tick", "plan"),
        ("notifications.work_dealer", "send"),
        ("notifications.outbox.dispatch", "send"),
        ("notifications.inbound.handle", "inbound"),
        ("core.kpis.roll_up", "report"),
    ],
)
def test_a_task_waits_in_its_queue(task: str, queue: str) -> None:
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_every_room_with_tasks_is_known() -> None:
    assert {"notifications", "notifications.outbox", "notifications.inbound"} <= set(rooms_with_tasks())


@pytest.mark.usefixtures("db")
def test_a_task_called_in_place_leaves_the_callers_connection_alone() -> None:
    with public_scope(), transaction.atomic(), connection.cursor() as cursor:
        look.apply()

        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
