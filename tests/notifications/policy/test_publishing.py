"""Standards by version, read before they are kept; a dealer's own values only stricter."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.calendar.models import DealerSettings
from notifications.policy import operations, publishing
from notifications.policy.publishing import StandardBackdated
from notifications.policy.standard import StandardInvalid
from notifications.policy.tightening import StandardLoosened
from tenants.accounts.models import User
from tenants.accounts.staff import By
from tenants.models import Standard
from tenants.scope import DealerRef
from tests.notifications.policy.test_standard import make_table

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def publish(dealer: DealerRef, *, on: date = TODAY, **data: Any) -> Standard:
    return publishing.publish(manufacturer_id=dealer.manufacturer_id or 0, data=data, in_force_from=on, today=TODAY)


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    operations._kept.clear()


def test_versions_count_up_and_the_newest_in_force_holds(in_north: DealerRef) -> None:
    stricter = {**make_table(), "frequency": {**make_table()["frequency"], "per_window": 2}}
    publish(in_north, contact_policy=make_table())
    later = publish(in_north, on=date(2026, 12, 1), contact_policy=stricter)

    assert later.version == 2
    assert operations.standard_in_force(today=date(2026, 11, 30)).per_window == 3
    assert operations.standard_in_force(today=date(2026, 12, 1)).per_window == 2


@pytest.mark.parametrize(
    "data",
    [{"contact_policy": {}}, {"contact_policy": {"version": 1, "quiet_hours": "x"}}, {"opening_hours": {}}],
    ids=["empty", "of another shape", "unknown part"],
)
def test_what_cannot_be_used_is_not_published(data: dict[str, Any], in_north: DealerRef) -> None:
    with pytest.raises(StandardInvalid):
        publish(in_north, **data)


def test_the_past_is_not_rewritten(in_north: DealerRef) -> None:
    with pytest.raises(StandardBackdated):
        publish(in_north, on=date(2026, 11, 19), contact_policy=make_table())


def test_a_dealer_tightens(clara: User, in_north: DealerRef) -> None:
    publishing.set_own_policy({"per_window": 1, "quiet_from": "20:00"}, today=TODAY, by=By(clara), now=NOW)

    assert operations.standard_in_force(today=TODAY).per_window == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"per_window": 9}, StandardLoosened), ({"quiet_from": "23:00"}, StandardLoosened), ({"x": 1}, StandardInvalid)],
    ids=["more messages", "later quiet", "unknown"],
)
def test_a_dealer_does_not_loosen(
    changes: dict[str, Any], error: type[Exception], clara: User, in_north: DealerRef
) -> None:
    with pytest.raises(error):
        publishing.set_own_policy(changes, today=TODAY, by=By(clara), now=NOW)

    assert DealerSettings.objects.get().policy == {}
