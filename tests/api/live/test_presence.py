"""Who is in a conversation, by a clock of the test's own."""

from api.live.pace import Pace
from api.live.presence import SILENT_SECONDS, TYPING_SECONDS, Other, Room

CLARA, OTHER = 11, 12


def room() -> Room:
    return Room(me=CLARA)


def hear(one: Room, line: str, *, person_id: int = OTHER, is_typing: bool = False, now: float = 0.0) -> None:
    one.hear(line, person_id=person_id, name="Somebody", is_typing=is_typing, now=now)


def test_oneself_is_not_shown_also_from_another_window() -> None:
    one = room()
    for line in ("own", "own other window"):
        hear(one, line, person_id=CLARA)

    assert one.others(now=0.0) == ()


def test_a_person_in_two_windows_is_one_and_types_if_either_does() -> None:
    one = room()
    hear(one, "a", is_typing=True)
    hear(one, "b")

    assert one.others(now=0.0) == (Other(OTHER, "Somebody", is_typing=True),)
    one.leave("a")
    assert one.others(now=0.0) == (Other(OTHER, "Somebody", is_typing=False),)
    one.leave("b")
    assert one.others(now=0.0) == ()


def test_typing_fades_before_the_person_does() -> None:
    one = room()
    hear(one, "a", is_typing=True)

    assert [other.is_typing for other in one.others(now=TYPING_SECONDS - 1)] == [True]
    assert [other.is_typing for other in one.others(now=TYPING_SECONDS)] == [False]
    assert one.others(now=SILENT_SECONDS) == ()


def test_a_line_that_says_again_that_it_is_there_stays() -> None:
    one = room()
    for again in range(5):
        hear(one, "a", now=again * 20.0)

    assert len(one.others(now=4 * 20.0 + SILENT_SECONDS - 1)) == 1


def test_the_same_is_told_once() -> None:
    one = room()

    assert one.news(now=0.0) == ()
    assert one.news(now=0.0) is None
    hear(one, "a")
    assert one.news(now=0.0) == (Other(OTHER, "Somebody", is_typing=False),)
    assert one.news(now=1.0) is None


def test_a_pace_gives_so_many_at_once_and_then_so_many_a_second() -> None:
    pace = Pace(at_once=3, per_second=2.0)

    assert [pace.takes(now=100.0) for _ in range(4)] == [True, True, True, False]
    assert [pace.takes(now=100.5) for _ in range(2)] == [True, False]
    assert [pace.takes(now=200.0) for _ in range(4)] == [True, True, True, False]
