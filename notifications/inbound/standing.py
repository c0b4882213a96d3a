"""Rules before all others: machines are not answered, and the words that work at any time work."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from core.appointments.models import Appointment
from core.appointments.queries import AHEAD
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.flows import wording
from notifications.flows.grammar import alarms, keywords
from notifications.flows.grammar.keywords import Keyword
from notifications.inbound.heard import Heard
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from notifications.outbox.operations import OPT_OUT_CASE, TEST_CASE, address_hash
from notifications.policy import suppressing
from notifications.policy.models import Suppression
from notifications.runs import operations as runs

# Who says an opt-out back, so that it is said once for each.
SAID_BACK = "system:opted_out"
# Whoever tests a channel answers while they look at the screen.
TEST_ANSWERED_WITHIN = timedelta(hours=1)


def parted(heard: Heard) -> str:
    """They left at the provider: the wall stands already, see handling, and no answer would arrive."""
    if not heard.is_parting:
        return ""
    runs.stop_runs(heard.conversation, reason="OPTED_OUT", now=heard.now)
    return "PARTED"


def automatic(heard: Heard) -> str:
    """An out-of-office note or its like: kept, never answered."""
    return "AUTOMATIC" if heard.is_automatic else ""


def left_to_people(heard: Heard) -> str:
    """Words of which nobody could say whose they are, a day long: they may be about another dealer."""
    if not heard.is_for_people:
        return ""
    conversations.ask_person(heard.conversation, reason="MESSAGE", message_id=heard.message.pk, now=heard.now)
    return "PERSON"


def word(heard: Heard) -> str:
    """Stop, start, help."""
    meaning = _meaning(
        text=heard.text,
        payload=heard.payload,
        account_id=heard.conversation.account_id,
        address=heard.conversation.address,
    )
    if meaning is None:
        return ""
    _WORDS[meaning](heard)
    return str(meaning)


def tested(heard: Heard) -> str:
    """An answer to a test of the channel: whoever tests sees it, and nobody else has work of it."""
    return "TEST" if answers_test(heard.conversation, now=heard.now) else ""


def edited(heard: Heard) -> str:
    """What was rewritten has been answered as it stood: kept for people to see, unless it now tells of danger."""
    return "EDITED" if heard.is_edit and not alarms.dangers(heard.text) else ""


def loop(heard: Heard) -> str:
    """Too many messages in a short time: a person looks, nothing answers."""
    if heard.may_answer:
        return ""
    conversations.ask_person(heard.conversation, reason="LOOP", message_id=heard.message.pk, now=heard.now)
    return "LOOP"


def answers_test(conversation: Conversation, *, now: datetime) -> bool:
    """Say whether what comes now in a conversation answers a test of its channel."""
    if conversation.customer_id is not None:
        return False
    asked = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    newest = asked.order_by("-id").only("case_kind", "created_at").first()
    if newest is None or newest.case_kind != TEST_CASE:
        return False
    return newest.created_at > now - TEST_ANSWERED_WITHIN


def is_parting(event: InboundEvent) -> bool:
    """Say whether an owner left at the provider itself."""
    return bool(event.data.get("is_parting"))


def is_stop(event: InboundEvent) -> bool:
    """Say whether an event is an opt-out, before anything is locked for it."""
    return not event.data.get("is_automatic") and _STOP is _meaning(
        text=str(event.data.get("text", "")),
        payload=str(event.data.get("payload", "")),
        account_id=event.account_id,
        address=event.sender,
    )


def _meaning(*, text: str, payload: str, account_id: int, address: str) -> Keyword | None:
    """A tap is no word; a lone letter is one only where the stop notice that names it was sent."""
    if payload:
        return None
    plain = keywords.standing_word(text, after_notice=False)
    lettered = keywords.standing_word(text, after_notice=True)
    if plain or not lettered:
        return plain
    return lettered if saw_letter(account_id, address) else None


def saw_letter(account_id: int, address: str) -> bool:
    """Say whether a stop notice that names a lone letter was sent there."""
    named = Q()
    for language in keywords.languages_with_letters():
        named |= Q(text__contains=wording.phrase("stop_notice", language=language, values={}))
    here = Message.objects.filter(conversation__account_id=account_id, conversation__address=address)
    return here.filter(named, direction=Message.Direction.OUT).exists()


def _opt_out(heard: Heard) -> None:
    """The wall stands already, see handling; said back once. A word that may have meant a visit is asked about."""
    has_visit = keywords.may_mean_a_visit(heard.text) and _has_open_visit(heard.conversation.customer_id)
    runs.stop_runs(heard.conversation, reason="OPTED_OUT", now=heard.now)
    if has_visit:
        conversations.ask_person(heard.conversation, reason="STOP_OR_VISIT", message_id=heard.message.pk, now=heard.now)
    if not _was_said_back(heard):
        heard.say("opted_out_visit" if has_visit else "opted_out", case_kind=OPT_OUT_CASE, actor=SAID_BACK)


def _was_said_back(heard: Heard) -> bool:
    wall = Suppression.objects.filter(
        address_hash=address_hash(heard.conversation.address), purpose=suppressing.EVERY_PURPOSE, lifted_at__isnull=True
    )
    since = wall.aggregate(first=Min("at"))["first"] or heard.now
    said = Message.objects.filter(conversation=heard.conversation, actor=SAID_BACK, created_at__gte=since)
    return said.exists()


def _opt_in(heard: Heard) -> None:
    suppressing.opt_in(
        address=heard.conversation.address,
        customer_id=heard.conversation.customer_id,
        wording=heard.text,
        now=heard.now,
    )
    heard.say("opted_in", case_kind=OPT_OUT_CASE, shows_preferences=True)


def _help(heard: Heard) -> None:
    heard.say("help", case_kind=OPT_OUT_CASE, shows_preferences=True)


def _has_open_visit(customer_id: int | None) -> bool:
    return customer_id is not None and Appointment.objects.filter(customer_id=customer_id, state__in=AHEAD).exists()


_STOP = Keyword.OPT_OUT
_WORDS = {Keyword.OPT_OUT: _opt_out, Keyword.OPT_IN: _opt_in, Keyword.HELP: _help}
