"""A whole day on the project's own invented exports: both dealers, both languages, every sentence about it proved."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core.repair_orders.imports import runs
from deploy import signs
from deploy.demo import files, generator
from deploy.replay import day, proof, report
from deploy.replay.day import Played, Wish
from notifications.channels import operations as channels
from notifications.channels.models import ChannelAccount
from notifications.due.models import Due
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests import conftest

TODAY = date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 20)  # noqa: DTZ001 - exports are written in the dealer's wall time
IMPORTED_AT = datetime(2026, 11, 20, 19, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WISH = Wish(day=TODAY, share=0.4, seed=3)
VEHICLES = 400
FEW = 80


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, files.Written]:
    """Each dealer's exports."""
    folder = tmp_path_factory.mktemp("exports")
    return {name: invented(dialect, folder / name) for name, dialect in (("north", "zh"), ("south", "es"))}


def invented(dialect: str, folder: Path, vehicles: int = VEHICLES) -> files.Written:
    world = generator.invent(dialect=dialect, vehicles=vehicles, as_of=EVENING, seed=3)
    return files.write(world, folder=folder)


@pytest.fixture
def both(
    transactional_db: None, north: DealerRef, south: DealerRef, exports: dict[str, files.Written]
) -> tuple[DealerRef, DealerRef]:
    """North and south with their files read."""
    for dealer in (north, south):
        read(exports[dealer.name], dealer)
    return north, south


def read(written: files.Written, dealer: DealerRef) -> None:
    for path in (written.main, written.daily):
        with dealer_scope(dealer), path.open("rb") as stream:
            runs.start_import(stream, file_name=path.name, as_of_date=TODAY, now=IMPORTED_AT)


def replay(dealer: DealerRef, wish: Wish = WISH) -> Played:
    with dealer_scope(dealer):
        return day.play(wish, now=NOW, say=lambda _line: None)


def checks_of(dealer: DealerRef, played: Played) -> dict[str, proof.Check]:
    with dealer_scope(dealer):
        return {check.name: check for check in proof.prove(played)}


def figures_of(dealer: DealerRef, played: Played) -> dict[str, Any]:
    with dealer_scope(dealer):
        return report.figures(played)


def standing(dealer: DealerRef) -> list[object]:
    """Return what a replay may change, to see whether it did."""
    with dealer_scope(dealer):
        found: list[object] = [*Due.objects.order_by("id").values_list("id", "state", "due_at")]
        found += sorted(Message.objects.values_list("id", "state", "direction"))
        found += list(ChannelAccount.objects.values_list("id", flat=True))
    with public_scope():
        found.append(Wakeup.objects.values_list("next_due_at", flat=True).get(dealer_id=dealer.id))
    return found


def test_a_day_holds_at_both_dealers_and_played_again_brings_nothing_new(both: tuple[DealerRef, DealerRef]) -> None:
    north, south = both
    souths = standing(south)

    first = replay(north)
    assert [check for check in checks_of(north, first).values() if not check.holds] == []
    assert first.phones.replied
    assert standing(south) == souths

    before = standing(north)
    again = replay(north)
    assert not again.phones.left
    assert [check for check in checks_of(north, again).values() if not check.holds] == []
    assert standing(north) == before

    theirs = replay(south)
    assert [check for check in checks_of(south, theirs).values() if not check.holds] == []
    assert figures_of(south, theirs)["planned"]
    assert standing(north) == before


@pytest.mark.usefixtures("transactional_db")
def test_the_same_seed_gives_the_same_figures(north: DealerRef, tmp_path: Path) -> None:
    written = invented("zh", tmp_path, FEW)
    read(written, north)
    once = figures_of(north, replay(north))

    conftest.empty_all()
    read(written, north)

    assert figures_of(north, replay(north)) == once
    assert once["owners_who_answered"]


def sent_again(played: Played) -> None:
    played.phones.left.append(played.phones.left[0])


def lost(played: Played) -> None:
    played.phones.left.pop()


def sent_at_night(played: Played) -> None:
    left = played.phones.left[0]
    played.phones.left[0] = type(left)(left.message_id, left.address, played.start + timedelta(hours=3))


def sent_after_a_stop(played: Played) -> None:
    message = Message.objects.get(id=played.phones.left[0].message_id)
    Suppression.objects.create(
        address_hash=message.address_hash, reason="OPT_OUT", source=Suppression.Source.REPLY, at=played.start
    )


def forgotten(played: Played) -> None:
    Due.objects.filter(rule=proof.RULE).order_by("id")[:1].get().delete()


def two_a_day(played: Played) -> None:
    mine, other = Message.objects.filter(is_proactive=True, customer__isnull=False).order_by("id")[:2]
    Message.objects.filter(id=other.pk).update(customer_id=mine.customer_id)


VIOLATIONS: tuple[tuple[Callable[[Played], None], str], ...] = (
    (sent_again, "the books balance"),
    (lost, "the books balance"),
    (sent_at_night, "none in quiet hours"),
    (sent_after_a_stop, "none to who opted out"),
    (forgotten, "each consenting owner planned once"),
    (two_a_day, "one proactive message a person a day"),
)


def test_every_check_sees_its_violation(both: tuple[DealerRef, DealerRef]) -> None:
    _north, south = both
    played = replay(south, Wish(day=TODAY, share=0, seed=1))
    taken = list(played.phones.left)
    for violate, named in VIOLATIONS:
        played.phones.left[:] = taken
        with dealer_scope(south):
            violate(played)
        assert not checks_of(south, played)[named].holds, violate.__name__


def test_a_dealer_with_a_real_channel_is_refused(both: tuple[DealerRef, DealerRef]) -> None:
    north, _south = both
    with dealer_scope(north):
        account = channels.open_account(kind="simulator", address="10690001", settings={}, now=IMPORTED_AT)
        ChannelAccount.objects.filter(id=account.pk).update(kind="telegram")

    with pytest.raises(CommandError, match="telegram"):
        call_command("replay", dealer="north", as_of=TODAY, stderr=StringIO())


def test_a_running_house_is_refused(both: tuple[DealerRef, DealerRef]) -> None:
    signs.leave("beat")
    try:
        with pytest.raises(CommandError, match="make run"):
            call_command("replay", dealer="north", as_of=TODAY, stderr=StringIO())
    finally:
        signs.valkey().delete(f"{settings.LIVE_PREFIX}:sign:beat")


def test_a_day_to_come_is_refused(both: tuple[DealerRef, DealerRef]) -> None:
    north, _south = both
    with pytest.raises(day.DayToCome):
        replay(north, Wish(day=date(2026, 12, 24), share=0.4, seed=1))
