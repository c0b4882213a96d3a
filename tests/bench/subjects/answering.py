"""From an owner's reply to the next question at the provider: accepted, placed, answered, sent. One worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from channels_app import simulator, simulator_provider
from channels_app.contract import Account, RawRequest
from deploy.celery import app
from notifications import loop
from notifications.channels import operations as channels
from notifications.inbound import handling
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.accounts import account_of
from tenants.scope import dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work
from tests.bench.subjects import importing

# A Friday afternoon at the dealer: nobody's quiet hours.
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
# So many orders bring one question or more that a first plan sends.
ORDERS_A_QUESTION = 20


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    with dealers.opened() as dealer, dealer_scope(dealer):
        row = channels.open_account(kind="simulator", address="100", settings={}, now=dealers.OPENED_AT)
        importing.import_once(size * ORDERS_A_QUESTION)
        send_questions()
        written = replies(account_of(row), size)

        def work() -> int:
            for reply in written:
                inbound.accept(account_ref=row.public_id, request=reply, now=NOW)
                _answer()
            return len(written)

        yield work
        simulator_provider.forget(account_of(row))
        app.control.purge()


def send_questions() -> None:
    """Let the dealer in scope ask everything that is due."""
    while (turn := loop.work_dealer(now=NOW)) is not None and turn.has_more:
        pass


def replies(account: Account, size: int) -> list[RawRequest]:
    """Return a reply to each of the questions: the first answer on offer."""
    asked = [one for one in simulator_provider.accepted_messages(account) if one.message.buttons][:size]
    return [
        simulator.signed_request(
            account,
            [
                simulator_provider.inbound_event(
                    provider_id=f"reply-{one.provider_id}", sender=one.message.to, text="1", at=NOW
                )
            ],
            now=NOW,
        )
        for one in asked
    ]


def _answer() -> None:
    """Do what the worker's two tasks do after a reply was accepted."""
    waiting = InboundEvent.objects.filter(state=InboundEvent.State.RECEIVED, kind=InboundEvent.Kind.MESSAGE)
    for event_id in list(waiting.values_list("id", flat=True)):
        handling.handle(event_id, now=NOW)
    while outbox.dispatch_batch(now=NOW).has_more:
        pass


SUBJECT = Subject(
    key="answer",
    title="reply to next question sent",
    unit="replies",
    aim="50 a second on two cores",
    sizes=(25, 50, 100),
    ours=Contender("one worker over the simulator", _ours),
)
