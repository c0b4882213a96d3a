"""The peer as Celery's documentation has it: one task sends one message, another takes one receipt."""

import socket
from datetime import datetime
from http.client import HTTPConnection
from json import dumps, loads

from celery import shared_task
from django.utils import timezone

from notifications.outbox.models import Message
from tenants.tasks import DealerTask

QUEUE = "bench"
TIMEOUT_SECONDS = 10


class _Connection(HTTPConnection):
    """HTTP over the provider's socket, kept open by the worker."""

    def __init__(self, path: str) -> None:
        super().__init__("provider", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_SECONDS)
        self.sock.connect(self._path)


_connections: dict[str, _Connection] = {}


@shared_task(base=DealerTask, name="tests.bench.send", queue=QUEUE)
def send(message_id: int, path: str) -> None:
    """Send one message and save what came back."""
    message = Message.objects.get(pk=message_id)
    connection = _connections.setdefault(path, _Connection(path))
    body = dumps({"message_id": str(message.pk), "to": message.address, "text": message.text})
    connection.request("POST", "/messages", body=body)
    answer = loads(connection.getresponse().read())
    _save(message, state="SENT", provider_id=answer["id"], sent_at=timezone.now())
    receive.delay(answer["id"])


@shared_task(base=DealerTask, name="tests.bench.receive", queue=QUEUE)
def receive(provider_id: str) -> None:
    """Take one receipt."""
    _save(Message.objects.get(provider_id=provider_id), state="DELIVERED", delivered_at=timezone.now())


def _save(message: Message, **values: str | datetime) -> None:
    for name, value in values.items():
        setattr(message, name, value)
    message.save(update_fields=list(values))
