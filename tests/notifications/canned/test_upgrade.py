"""Dealers opened before there were canned answers get the shipped ones with the upgrade, and nobody gets them twice."""

from datetime import UTC, datetime

import pytest

from notifications.canned import operations
from notifications.canned.models import CannedAnswer
from notifications.canned.operations import Wording
from tenants.migrating import migrate_dealers
from tenants.models import Dealer
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope

LONG_AGO, HEREAFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
OWN = Wording(language="en", shortcut="hello", text="Good day, {name}.")


@pytest.fixture
def behind(north: DealerRef, south: DealerRef) -> None:
    """Both dealers one migration behind, opened before the table, and without answers."""
    migrate_dealers(app="notifications", migration="0014", say=str)
    for dealer in (north, south):
        opened(dealer, at=LONG_AGO)
        with dealer_scope(dealer):
            CannedAnswer.objects.all().delete()


def opened(dealer: DealerRef, *, at: datetime) -> None:
    with public_scope():
        Dealer.objects.filter(pk=dealer.id).update(opened_at=at)


def upgrade() -> None:
    migrate_dealers(say=str)


def answers(dealer: DealerRef) -> dict[tuple[str, str], tuple[str, str]]:
    with dealer_scope(dealer):
        return {(row.language, row.shortcut): (row.text, row.actor) for row in CannedAnswer.objects.all()}


def test_a_dealer_without_any_gets_all_as_shipped(behind: None, north: DealerRef, south: DealerRef) -> None:
    upgrade()

    given = answers(north)
    assert {language for language, _shortcut in given} == {"en", "es", "zh-hans"}
    assert {actor for _text, actor in given.values()} == {"system"}
    # The second is brought there by repeating what the first did.
    assert answers(south) == given
    with dealer_scope(north):
        CannedAnswer.objects.all().delete()
        operations.seed(now=LONG_AGO)
    assert answers(north) == given


def test_an_answer_of_their_own_stays(behind: None, north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        operations.add(OWN, actor="user:1", now=LONG_AGO)

    upgrade()

    assert answers(north)["en", "hello"] == (OWN.text, "user:1")
    assert answers(south)["en", "hello"] != (OWN.text, "user:1")
    assert len(answers(north)) == len(answers(south))


def test_who_began_with_them_gets_none_back_that_was_removed(behind: None, north: DealerRef, south: DealerRef) -> None:
    opened(north, at=HEREAFTER)
    with dealer_scope(south):
        CannedAnswer.objects.create(language="en", shortcut="thanks", text="Thanks.", updated_at=LONG_AGO)

    upgrade()

    assert answers(north) == {}
    assert set(answers(south)) == {("en", "thanks")}


def test_again_changes_nothing(behind: None, north: DealerRef) -> None:
    upgrade()
    given = answers(north)

    migrate_dealers(app="notifications", migration="0014", say=str)
    upgrade()

    assert answers(north) == given


def test_the_template_stays_empty(behind: None) -> None:
    upgrade()

    with operator_scope("dealer_template"):
        assert not CannedAnswer.objects.exists()
