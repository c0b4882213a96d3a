"""What stands on a page of a timeline: each entry with what it is about, looked up in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model

from core.appointments.models import Appointment
from core.complaints.models import Complaint
from core.customers.models import Consent, ContactPoint, Customer, FieldChange, FileMerge, Household
from core.documents.models import Document
from core.events import kinds
from core.events import operations as log
from core.events.models import Event
from core.followups.models import FollowUp, Survey
from core.repair_orders.models import RepairOrder
from core.tasks.models import Task
from core.touches.models import Touch
from core.vehicles.models import Ownership, Vehicle
from notifications.conversations.models import Note
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from notifications.timeline.kinds import GROUPS
from notifications.timeline.pages import CHANGE, CONSENT, EVENT, Spot
from tenants.accounts.models import ApiKey, User

Rows = Mapping[int, Model]
Look = Callable[[Collection[int]], Rows]
# What stands behind the ids that the history writes of some fields: field -> id -> what a reader sees.
Values = Mapping[str, Mapping[int, str]]

# What an entry is about, by the log's word for it: how its rows are read.
LOOKS: Mapping[str, Look] = {
    "message": lambda ids: Message.objects.select_related("account").in_bulk(list(ids)),
    "task": lambda ids: Task.objects.in_bulk(list(ids)),
    "note": lambda ids: Note.objects.in_bulk(list(ids)),
    "touch": lambda ids: Touch.objects.prefetch_related("corrections").in_bulk(list(ids)),
    "repair_order": lambda ids: (
        RepairOrder.objects.select_related("advisor").prefetch_related("lines").in_bulk(list(ids))
    ),
    "appointment": lambda ids: Appointment.objects.in_bulk(list(ids)),
    "follow_up": lambda ids: FollowUp.objects.in_bulk(list(ids)),
    "survey": lambda ids: Survey.objects.select_related("questionnaire").prefetch_related("answers").in_bulk(list(ids)),
    "complaint": lambda ids: Complaint.objects.in_bulk(list(ids)),
    "document": lambda ids: Document.objects.in_bulk(list(ids)),
    "consent": lambda ids: Consent.objects.in_bulk(list(ids)),
    "suppression": lambda ids: Suppression.objects.in_bulk(list(ids)),
    "file_merge": lambda ids: FileMerge.objects.select_related("other").in_bulk(list(ids)),
    "ownership": lambda ids: Ownership.objects.select_related("customer").in_bulk(list(ids)),
}
# Fields of the history that hold ids, each with where a reader's word for one stands.
WORDS_FOR_IDS = {
    "contact_point": (ContactPoint, "value"),
    "household": (Household, "name"),
    "merged_into": (Customer, "name"),
}


@dataclass(frozen=True)
class Change:
    """One field that changed, with what a reader sees of it."""

    id: int
    field: str
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class Entry:
    """One entry of a timeline. `about` holds the row it is about by the log's word, where there is one."""

    key: str
    kind: str
    group: str
    at: object
    actor: str
    actor_name: str
    vehicle_id: int | None
    plate: str
    facts: Mapping[str, object]
    about: Mapping[str, Model | None]
    changes: tuple[Change, ...] = ()


@dataclass
class _Found:
    """What the rows of a page are made of, each table read once."""

    events: Mapping[int, Event] = field(default_factory=dict)
    consents: Mapping[int, Consent] = field(default_factory=dict)
    changes: Mapping[int, FieldChange] = field(default_factory=dict)
    about: Mapping[str, Rows] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    plates: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def entries_of(spots: Sequence[Spot]) -> list[Entry]:
    """This function will return what stands at these spots, in their order."""
    found = _looked_up(spots)
    makers = {EVENT: _of_event, CONSENT: _of_consent, CHANGE: _of_change}
    return [makers[spot.source](spot, found) for spot in spots]


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """This function will return the names behind "user:5" and "key:2"; others speak for themselves."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for actor in actors:
        kind, _, number = actor.partition(":")
        if number.isdecimal():
            numbers[kind].add(int(number))
    names = {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=numbers["user"]).values_list("pk", "name")}
    keys = ApiKey.objects.filter(pk__in=numbers["key"]) if numbers["key"] else ApiKey.objects.none()
    return names | {f"key:{pk}": name for pk, name in keys.values_list("pk", "name")}


def changes_shown(changes: Sequence[FieldChange]) -> list[Change]:
    """This function will return the changes as readers see them: words in place of the ids behind them."""
    values = _values(changes)
    return [_change(change, values) for change in changes]


def _looked_up(spots: Sequence[Spot]) -> _Found:
    ids: dict[int, list[int]] = defaultdict(list)
    for spot in spots:
        ids[spot.source].append(spot.id)
    events = Event.objects.in_bulk(ids[EVENT])
    consents = Consent.objects.in_bulk(ids[CONSENT])
    noted = [pk for event in events.values() for pk in event.data.get("changes", ())]
    changes = FieldChange.objects.in_bulk([*ids[CHANGE], *noted])
    actors = [row.actor for rows in (events, consents, changes) for row in rows.values()]
    return _Found(
        events=events,
        consents=consents,
        changes=changes,
        about=_about(events.values()),
        values=_values(list(changes.values())),
        plates=_plates(events.values()),
        names=actor_names(actors),
    )


def _about(events: Iterable[Event]) -> dict[str, Rows]:
    ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        kind, number = _subject(event)
        ids[kind].add(number)
    return {kind: look(ids[kind]) for kind, look in LOOKS.items() if ids[kind]}


def _subject(event: Event) -> tuple[str, int]:
    """What an event is about, as a reader sees it: of a conversation's note the note."""
    if event.kind == kinds.CONVERSATION_NOTED:
        return "note", int(event.data.get("note_id", 0))
    return event.subject_kind, event.subject_id


def _plates(events: Iterable[Event]) -> dict[int, str]:
    ids = {event.vehicle_id for event in events if event.vehicle_id}
    return dict(Vehicle.objects.filter(pk__in=ids).values_list("pk", "plate"))


def _values(changes: Sequence[FieldChange]) -> Values:
    ids: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.field in WORDS_FOR_IDS:
            ids[change.field] |= {int(text) for text in (change.before, change.after) if text.isdecimal()}
    return {name: _words(name, of) for name, of in ids.items() if of}


def _words(name: str, ids: Collection[int]) -> dict[int, str]:
    model, column = WORDS_FOR_IDS[name]
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", column))


def _change(change: FieldChange, values: Values) -> Change:
    before, after = change.before, change.after
    if change.field in WORDS_FOR_IDS:
        words = values.get(change.field, {})
        before, after = (words.get(int(text), "") if text.isdecimal() else text for text in (before, after))
    return Change(change.pk, change.field, before, after, change.source)


def _actor(event: Event) -> str:
    """Who did it. Nothing but an import opens or closes orders, also one that runs by itself at night."""
    is_orders = event.subject_kind == "repair_order" and event.actor == "system"
    return log.IMPORT if is_orders else event.actor


def _of_event(spot: Spot, found: _Found) -> Entry:
    event = found.events[spot.id]
    kind, number = _subject(event)
    subject = found.about.get(kind, {}).get(number)
    changes = [found.changes[pk] for pk in event.data.get("changes", ()) if pk in found.changes]
    return Entry(
        key=f"event:{event.pk}",
        kind=event.kind,
        group=GROUPS[event.kind],
        at=event.at,
        actor=_actor(event),
        actor_name=found.names.get(event.actor, ""),
        vehicle_id=event.vehicle_id,
        plate=found.plates.get(event.vehicle_id or 0, ""),
        facts={name: value for name, value in event.data.items() if name != "changes"},
        about=dict.fromkeys(LOOKS) | ({kind: subject} if kind in LOOKS else {}),
        changes=tuple(_change(change, found.values) for change in changes),
    )


def _of_consent(spot: Spot, found: _Found) -> Entry:
    consent = found.consents[spot.id]
    return Entry(
        key=f"consent:{consent.pk}",
        kind=spot.kind,
        group=GROUPS[spot.kind],
        at=consent.at,
        actor=consent.actor,
        actor_name=found.names.get(consent.actor, ""),
        vehicle_id=consent.vehicle_id,
        plate="",
        facts={},
        about=dict.fromkeys(LOOKS) | {"consent": consent},
    )


def _of_change(spot: Spot, found: _Found) -> Entry:
    change = found.changes[spot.id]
    return Entry(
        key=f"change:{change.pk}",
        kind=spot.kind,
        group=GROUPS[spot.kind],
        at=change.at,
        actor=change.actor,
        actor_name=found.names.get(change.actor, ""),
        vehicle_id=change.subject_id if change.subject_kind == "vehicle" else None,
        plate="",
        facts={},
        about=dict.fromkeys(LOOKS),
        changes=(_change(change, found.values),),
    )
