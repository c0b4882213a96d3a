"""Into the outbox: the message's row is written in the transaction of its cause, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from channels_app.contract import Button
from notifications.conversations.models import Conversation
from notifications.outbox import rules
from notifications.outbox.addresses import address_hash
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening, Priority, State
from notifications.outbox.tasks import dispatch
from tenants.tasks import send_after_commit
from tenants.wakeup import wake

# Rows of one INSERT; a message has some thirty columns.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message as its cause wants it; policy has already said that it may go.

    not_before_at: None means at once. expires_at: None means a day from now. conversation_id: None
    means the one between account and address. case_kind and case_id: what it is about. link_id: the
    link whose mark stands in the text; unsubscribe_id and preferences_id: those beneath a mail, see
    notifications.links. instead_of_id: the message that did not arrive over its own channel. template: what it says
    where only approved templates may go, as notifications.flows.patterns keeps it.
    """

    account_id: int
    address: str
    text: str
    purpose: str
    subject: str = ""
    buttons: tuple[Button, ...] = ()
    template: Mapping[str, Any] = field(default_factory=dict)
    link_id: int | None = None
    unsubscribe_id: int | None = None
    preferences_id: int | None = None
    language: str = "en"
    customer_id: int | None = None
    vehicle_id: int | None = None
    conversation_id: int | None = None
    due_id: int | None = None
    run_id: int | None = None
    case_kind: str = ""
    case_id: int | None = None
    instead_of_id: int | None = None
    is_proactive: bool = False
    priority: int = Priority.REPLY
    not_before_at: datetime | None = None
    expires_at: datetime | None = None
    actor: str = "system"


def queue_message(draft: Draft, *, now: datetime) -> Message:
    """This function will put one message into the outbox, within the caller's transaction if there is one."""
    return queue_messages([draft], now=now)[0]


def queue_messages(drafts: Sequence[Draft], *, now: datetime) -> list[Message]:
    """This function will put many messages into the outbox in few statements, in the order given."""
    if not drafts:
        return []
    # Nobody goes on after a failure in here, so a transaction around needs no savepoint.
    with transaction.atomic(savepoint=False):
        conversations = _conversations_of(drafts, now=now)
        rows = [_row(draft, conversations[draft.account_id, draft.address], now=now) for draft in drafts]
        messages = Message.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        # An owner who has just written waits for the answer; everything else comes with the dealer's turn.
        if any(draft.priority <= Priority.REPLY for draft in drafts):
            send_after_commit(dispatch)
        wake(at=min(row.not_before_at or now for row in rows))
    return messages


def cancel_messages(message_ids: Iterable[int], *, reason: str, now: datetime) -> int:
    """This function will cancel those which have not left yet, and say how many; reason is a short constant."""
    tellings = [Telling(message_id=one, happening=Happening.CANCEL, error=reason) for one in sorted(set(message_ids))]
    with transaction.atomic():
        return len(move_all(tellings, now=now))


def _conversations_of(drafts: Sequence[Draft], *, now: datetime) -> dict[tuple[int, str], int]:
    """Give the conversation of each (account, address), newly opened where there is none."""
    wanted = {(draft.account_id, draft.address): draft for draft in drafts}
    known = {key: draft.conversation_id for key, draft in wanted.items() if draft.conversation_id}
    missing = [draft for key, draft in wanted.items() if key not in known]
    if missing:
        known.update(_find_conversations(missing))
        Conversation.objects.bulk_create(
            [_conversation(draft, now=now) for draft in missing if (draft.account_id, draft.address) not in known],
            ignore_conflicts=True,  # another transaction may open it in the same instant
        )
        known.update(_find_conversations(missing))
    Conversation.objects.filter(id__in=set(known.values())).update(last_message_at=now)
    return {key: conversation for key, conversation in known.items() if conversation}


def _find_conversations(drafts: Sequence[Draft]) -> dict[tuple[int, str], int]:
    rows = Conversation.objects.filter(
        account_id__in={draft.account_id for draft in drafts}, address__in={draft.address for draft in drafts}
    )
    return {(account_id, address): pk for pk, account_id, address in rows.values_list("id", "account_id", "address")}


def _conversation(draft: Draft, *, now: datetime) -> Conversation:
    return Conversation(
        account_id=draft.account_id, address=draft.address, customer_id=draft.customer_id, created_at=now
    )


def _row(draft: Draft, conversation_id: int, *, now: datetime) -> Message:
    is_held = draft.not_before_at is not None and draft.not_before_at > now
    return Message(
        direction=Message.Direction.OUT,
        state=(State.HELD if is_held else State.QUEUED).value,
        account_id=draft.account_id,
        conversation_id=conversation_id,
        customer_id=draft.customer_id,
        vehicle_id=draft.vehicle_id,
        due_id=draft.due_id,
        run_id=draft.run_id,
        case_kind=draft.case_kind,
        case_id=draft.case_id,
        purpose=draft.purpose,
        instead_of_id=draft.instead_of_id,
        is_proactive=draft.is_proactive,
        priority=draft.priority,
        address=draft.address,
        address_hash=address_hash(draft.address),
        subject=rules.storable(draft.subject),
        text=rules.storable(draft.text),
        buttons=[asdict(button) for button in draft.buttons],
        template=_storable(draft.template),
        link_id=draft.link_id,
        unsubscribe_id=draft.unsubscribe_id,
        preferences_id=draft.preferences_id,
        language=draft.language,
        actor=draft.actor,
        created_at=now,
        not_before_at=draft.not_before_at,
        expires_at=draft.expires_at or (draft.not_before_at or now) + rules.VALIDITY,
    )


def _storable(template: Mapping[str, Any]) -> dict[str, Any]:
    """What an owner said may stand in it."""
    values = [[place, rules.storable(value)] for place, value in template.get("values", ())]
    return {**template, "values": values} if template else {}
