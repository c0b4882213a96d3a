"""What an owner may be sent, as a list of boxes; and how, when and in which language they like to hear from us."""

from collections.abc import Callable, Mapping
from datetime import time

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.customers import operations as customers
from frontend.pages.owners import names
from frontend.pages.owners.opened import Opened
from notifications.links import chats
from notifications.links import operations as links
from notifications.links.operations import LinkOver
from notifications.policy.facts import CALL
from notifications.preferences import operations as preferences
from notifications.preferences.operations import Box, Preferences
from notifications.preferences.rules import CHOSEN, Key


class WishUnclear(ValueError):
    """The times do not make a stretch of a day."""


def page(opened: Opened) -> HttpResponse:
    """Show the list, or change it. Raises: LinkOver."""
    person_id = links.person_of(opened.owned)
    if person_id is None:
        raise LinkOver("NOBODY")
    standing = preferences.preferences(person_id, now=opened.now)
    if opened.request.method != "POST":
        return _shown(opened, standing)
    return DONE.get(opened.said("do"), _ticked)(opened, standing)


def _ticked(opened: Opened, standing: Preferences) -> HttpResponse:
    ticked = opened.form()
    wanted = {box.key: _field(box.key) in ticked for box in standing.boxes if not box.is_fixed}
    wording = {box.key: _proof(box.key, standing) for box in standing.boxes}
    preferences.change(standing.customer.pk, wanted=wanted, wording=wording, now=opened.now)
    links.note_use(opened.owned, now=opened.now)
    return opened.back(told="saved")


def _wished(opened: Opened, standing: Preferences) -> HttpResponse:
    try:
        changes = _changes(opened, standing)
    except WishUnclear:
        return opened.back(told="unclear")
    customers.edit_customer(customer_id=standing.customer.pk, changes=changes, actor="owner", now=opened.now)
    links.note_use(opened.owned, now=opened.now)
    return opened.back(told="saved")


def _invited(opened: Opened, standing: Preferences) -> HttpResponse:
    """Show the link that opens a chat; it is made when it is asked for, as mail scanners look too."""
    channel = opened.said("channel")
    if channel not in dict(_chats(standing)):
        return opened.back()
    address = chats.invite(
        channel,
        customer_id=standing.customer.pk,
        conversation_id=opened.owned.conversation_id,
        language=opened.language,
        now=opened.now,
    )
    return _shown(opened, standing, chat=(_("Open the chat in {name}").format(name=names.channel(channel)), address))


def _chats(standing: Preferences) -> list[tuple[str, str]]:
    """The chats that the owner may open and has not yet."""
    known = {way.channel for way in standing.ways}
    return [(channel, names.channel(channel)) for channel in chats.openable() if channel not in known]


def _changes(opened: Opened, standing: Preferences) -> dict[str, object]:
    """What the form says, kept to what it offered. Raises: WishUnclear."""
    from_time, until_time = _clock(opened.said("from")), _clock(opened.said("until"))
    if (from_time is None) != (until_time is None):
        raise WishUnclear
    if from_time and until_time and until_time <= from_time and until_time != time(0):
        raise WishUnclear
    offered = {"language": _languages(standing), "preferred_channel": _channels(standing)}
    chosen = {name: opened.said(name) for name, known in offered.items() if opened.said(name) in dict(known)}
    return {**chosen, "preferred_from": from_time, "preferred_until": until_time}


def _clock(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise WishUnclear from None


def _shown(opened: Opened, standing: Preferences, *, chat: tuple[str, str] | None = None) -> HttpResponse:
    customer = standing.customer
    return opened.show(
        "preferences",
        heading=_("What we may send you"),
        told=_told(opened),
        groups=[
            (names.purpose(purpose), _group([box for box in standing.boxes if box.key.purpose is purpose], standing))
            for purpose in CHOSEN
        ],
        spoken=_languages(standing),
        channels=_channels(standing),
        chats=_chats(standing),
        chat=chat,
        customer=customer,
        from_time=f"{customer.preferred_from:%H:%M}" if customer.preferred_from else "",
        until_time=f"{customer.preferred_until:%H:%M}" if customer.preferred_until else "",
    )


def _group(boxes: list[Box], standing: Preferences) -> list[tuple[str, str, Box, str]]:
    """A purpose's boxes as (field, label, box, words before it): the ways, then the cars where these are listed."""
    first_car = next((box for box in boxes if box.key.vehicle_id is not None), None)
    heads = {id(boxes[0]): _("By"), id(first_car): _("About")} if boxes and first_car else {}
    return [(_field(box.key), _label(box.key, standing), box, heads.get(id(box), "")) for box in boxes]


def _field(key: Key) -> str:
    return f"{key.purpose}.{key.channel}" if key.vehicle_id is None else f"{key.purpose}:{key.vehicle_id}"


def _label(key: Key, standing: Preferences) -> str:
    if key.vehicle_id is None:
        return names.channel(key.channel)
    return next(names.car(car) for car in standing.cars if car.pk == key.vehicle_id)


def _proof(key: Key, standing: Preferences) -> str:
    """What stood beside the box."""
    return f"{names.purpose(key.purpose)} · {_label(key, standing)}"


def _languages(standing: Preferences) -> list[tuple[str, str]]:
    """An owner may have none of their own: the dealer's is spoken then."""
    unset = [("", _("No preference"))] if not standing.customer.language else []
    return unset + [(code, name) for code, name in settings.LANGUAGES]


def _channels(standing: Preferences) -> list[tuple[str, str]]:
    ways = [(way.channel, names.channel(way.channel)) for way in standing.ways if way.channel != CALL]
    return [("", _("No preference")), *ways]


def _told(opened: Opened) -> str:
    return {
        "saved": _("Saved. This holds from now on."),
        "unclear": _("Please give both times, the earlier one first, or none."),
    }.get(opened.asked("told"), "")


# What a form of the page may ask for; ticking boxes is the rest.
DONE: Mapping[str, Callable[[Opened, Preferences], HttpResponse]] = {"wishes": _wished, "chat": _invited}
