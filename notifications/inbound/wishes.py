"""Rules for what owners write of their own accord: a complaint, a wish about a visit, a thank-you, anything else."""

from datetime import timedelta

from core.appointments.models import Appointment
from core.appointments.queries import AHEAD
from core.vehicles.models import Ownership
from notifications.conversations import operations as conversations
from notifications.flows.grammar import alarms, lexicon, normal, spotting
from notifications.flows.models import FlowRun
from notifications.inbound.heard import Heard
from notifications.outbox.models import Message
from notifications.runs import operations as runs
from notifications.runs.operations import RunRequest

# "We have received your message" is said once in this time, however much is written.
SAID_ONCE_IN = timedelta(hours=12)
RECEIVED = "system:received"
# A longer text is a story in which a wish may be mentioned, not made.
LONGEST_WISH = 60


def complaint(heard: Heard) -> str:
    """Words of danger or complaint start its intake at once, unless one is under way here."""
    if not alarms.is_complaint(heard.text) or _is_complaining(heard):
        return ""
    _start(heard, flow="complaint", entry="written", values={"text": heard.text})
    return "COMPLAINT"


def visit(heard: Heard) -> str:
    """Book, move or give up a visit, where it is clear whose and which."""
    customer_id = heard.conversation.customer_id
    wish = _wish(heard.text)
    if customer_id is None or not wish:
        return ""
    if wish == "book_visit":
        _start(heard, flow="appointment", entry="start", vehicle_ids=_only_car(customer_id))
        return "VISIT"
    booked = list(Appointment.objects.filter(customer_id=customer_id, state__in=AHEAD)[:2])
    if len(booked) != 1:
        return ""
    cars = (booked[0].vehicle_id,) if booked[0].vehicle_id else ()
    entry = "move" if wish == "move_visit" else "give_up"
    _start(heard, flow="appointment", entry=entry, vehicle_ids=cars, case=("appointment", booked[0].pk))
    return "VISIT"


def closing(heard: Heard) -> str:
    """Thanks and the like end a talk; nobody need answer them."""
    said = normal.words(heard.text)
    found = spotting.spots(said, lexicon.meaning("CLOSING", "closing"))
    return "CLOSING" if found and not spotting.rest_after(said, found) else ""


def person(heard: Heard) -> str:
    """Everything else is read by a person, and the owner hears so once."""
    conversations.ask_person(heard.conversation, reason="MESSAGE", message_id=heard.message.pk, now=heard.now)
    since = heard.now - SAID_ONCE_IN
    said = Message.objects.filter(conversation=heard.conversation, actor=RECEIVED, created_at__gt=since)
    if not said.exists():
        heard.say("received", actor=RECEIVED)
    return "PERSON"


def _wish(text: str) -> str:
    said = normal.words(text)
    if len(said) > LONGEST_WISH:
        return ""
    known = {word: name for name in ("book_visit", "move_visit", "give_up_visit") for word in lexicon.normalised(name)}
    found = spotting.spots(said, known)
    meant = {spot.meaning for spot in found}
    if len(meant) != 1 or any(spotting.is_negated(said, spot) for spot in found):
        return ""
    return meant.pop()


def _is_complaining(heard: Heard) -> bool:
    going_on = FlowRun.objects.filter(conversation=heard.conversation, status=FlowRun.Status.RUNNING)
    return going_on.filter(flow_version__key="complaint").exists()


def _only_car(customer_id: int) -> tuple[int, ...]:
    held = Ownership.objects.filter(customer_id=customer_id, to_date__isnull=True).values_list("vehicle_id", flat=True)
    cars = list(held[:2])
    return tuple(cars) if len(cars) == 1 else ()


def _start(
    heard: Heard,
    *,
    flow: str,
    entry: str,
    vehicle_ids: tuple[int, ...] = (),
    case: tuple[str, int | None] = ("", None),
    values: dict[str, str] | None = None,
) -> None:
    begun = runs.start_run(
        RunRequest(
            flow=flow,
            entry=entry,
            account_id=heard.conversation.account_id,
            address=heard.conversation.address,
            language=heard.language(),
            customer_id=heard.conversation.customer_id,
            vehicle_ids=vehicle_ids,
            case_kind=case[0],
            case_id=case[1],
            is_proactive=False,
            priority=0,
            values=values or {},
        ),
        now=heard.now,
    )
    run = FlowRun.objects.get(id=begun.run_id or 0)
    Message.objects.filter(id=heard.message.pk).update(
        run=run, case_kind=run.case_kind, case_id=run.case_id, purpose=run.purpose, vehicle_id=run.vehicle_id
    )
