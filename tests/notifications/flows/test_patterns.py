"""What is said as patterns: every message of every shipped flow can be approved, and is filled as it was approved."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.flows import engine, languages, patterns, shelf
from notifications.flows.engine import Effect, Result, Turn
from notifications.flows.patterns import Sender
from notifications.planning.kinds import shipped

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
BROUGHT: Mapping[str, str] = {
    "dealer": "North Motors",
    "vehicle": "B12345",
    "due_date": "2026-11-28",
    "visit_date": "2026-11-15",
    "appointment_at": "2026-11-20T09:00:00+00:00",
    "text": "the brakes",
}
SLOTS = [{"start_at": "2026-11-20T09:00:00+00:00"}, {"start_at": "2026-11-20T10:00:00+00:00"}]
PLANNED = sorted({(kind.flow, kind.entry) for kind in shipped().kinds.values() if kind.flow})
BEGUN = [(key, entry) for key in shelf.names() for entry in shelf.shipped(key).entries]


def perform(effect: Effect) -> Result:
    return Result(values={"slots": SLOTS, "complaint_number": "C-7"})


def begun(key: str, entry: str, language: str) -> Turn:
    values: dict[str, Any] = dict(BROUGHT)
    zone = ZoneInfo("Europe/Madrid")
    flow = shelf.shipped(key)
    return engine.start(flow, values=values, language=language, zone=zone, now=NOW, perform=perform, entry=entry)


@pytest.mark.parametrize("language", languages.codes())
@pytest.mark.parametrize(("key", "entry"), PLANNED)
def test_what_a_plan_begins_with_can_be_approved(key: str, entry: str, language: str) -> None:
    found = patterns.openings(shelf.shipped(key), entry, Sender("North Motors", language, has_links=True))

    assert [one.name for one in found] == [f"{key}.{entry if entry != 'start' else found[0].name.partition('.')[2]}"]
    for one in found:
        assert one.text.startswith("North Motors")
        assert not one.text.endswith("}")
        assert one.places


@pytest.mark.parametrize("language", languages.codes())
@pytest.mark.parametrize(("key", "entry"), BEGUN)
def test_a_message_fills_the_places_that_were_approved_in_their_order(key: str, entry: str, language: str) -> None:
    sender = Sender("North Motors", language, has_links=True)
    approved = {one.name: one for one in patterns.of_flow(shelf.shipped(key), sender)}

    said = patterns.filled(key, begun(key, entry, language).outputs)

    own = tuple(place for place, _ in said.values if place != patterns.DEALER)
    assert own == approved[said.name].places
    assert said.has_buttons == bool(approved[said.name].buttons)


@pytest.mark.parametrize("language", languages.codes())
@pytest.mark.parametrize(("key", "entry"), BEGUN)
def test_where_dealers_share_a_sender_the_name_is_a_place_and_begins_no_text(
    key: str, entry: str, language: str
) -> None:
    sender = Sender("North Motors", language, has_links=True, is_shared=True)
    approved = {one.name: one for one in [*patterns.of_flow(shelf.shipped(key), sender), *patterns.of_house(sender)]}

    said = patterns.filled(key, begun(key, entry, language).outputs)

    assert tuple(place for place, _ in said.values) == approved[said.name].places
    assert not any("North Motors" in one.text for one in approved.values())
    assert not any(one.text.startswith("{") or one.text.endswith("}") for one in approved.values())


@pytest.mark.parametrize("language", languages.codes())
@pytest.mark.parametrize("name", patterns.SAID_ALONE)
def test_a_phrase_fills_the_places_that_were_approved(name: str, language: str) -> None:
    sender = Sender("North Motors", language, has_links=True, is_shared=True)
    approved = {one.name: one for one in patterns.of_house(sender)}

    said = patterns.phrase(name, values={"dealer": "North Motors"})

    assert tuple(place for place, _ in said.values) == approved[said.name].places


def test_hours_fill_places_of_their_own_and_those_not_on_offer_are_there_as_well() -> None:
    said = patterns.filled("appointment", begun("appointment", "start", "en").outputs)

    assert said.name == "appointment.pick"
    slots = {place: value for place, value in said.values if place.startswith("slot_")}
    assert list(slots) == list(patterns.SLOTS)
    assert [bool(value) for value in slots.values()] == [True, True, False, False, False]
    assert not said.has_buttons


def test_a_question_asked_again_goes_by_its_own_pattern() -> None:
    first = begun("maintenance_reminder", "start", "es")
    flow = shelf.shipped("maintenance_reminder")

    again = engine.resume(flow, first.state, text="???", now=NOW, perform=perform)
    given_up = engine.resume(flow, again.state, text="???", now=NOW, perform=perform)

    assert patterns.filled(flow.key, again.outputs).name == "maintenance_reminder.opening"
    assert patterns.filled(flow.key, given_up.outputs).name == "phrases.handed_over"


@pytest.mark.parametrize("language", languages.codes())
def test_what_the_house_says_alone_can_be_approved(language: str) -> None:
    found = {one.name: one for one in patterns.of_house(Sender("North Motors", language, has_links=False))}

    assert set(found) == {f"phrases.{name}" for name in patterns.SAID_ALONE}
    assert not any(one.places for one in found.values())


@pytest.mark.parametrize(("value", "written"), [("a\n b\tc", "a b c"), ("", "—"), ("  ", "—"), ("1234BCD", "1234BCD")])
def test_a_value_is_written_as_providers_take_it(value: str, written: str) -> None:
    assert patterns.one_line(value) == written
