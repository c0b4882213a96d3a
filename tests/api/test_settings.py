"""Hours and days that a dealer sets: beside the standard, never below it, tried before they are kept, and audited."""

import json
from typing import Any

import pytest
from django.test import Client

from core.models import DealerSettings
from tenants.accounts.models import AuditEntry
from tenants.scope import DealerRef, dealer_scope

HOURS = "/api/v1/settings/contact-hours/"
PREVIEW = "/api/v1/settings/contact-hours/preview/"


def wish(purpose: str = "REMINDER", **changes: Any) -> dict[str, Any]:
    """Return the standard's values of a purpose that keeps rest days, but for the changes."""
    usual = {"quiet_from": "21:00", "quiet_until": "09:00", "keeps_rest_days": True, "keeps_preferred_time": True}
    return {"purpose": purpose, **usual, **changes}


def put(client: Client, *wishes: dict[str, Any], language: str = "en") -> Any:
    headers = {"Accept-Language": language}
    return client.put(HOURS, json.dumps({"purposes": wishes}), content_type="application/json", headers=headers)


def preview(client: Client, *wishes: dict[str, Any], **planned: Any) -> Any:
    body = {"purpose": "REMINDER", "date": "2026-11-20", "time": "20:30", "purposes": wishes, **planned}
    return client.post(PREVIEW, json.dumps(body), content_type="application/json").json()


def entries(dealer: DealerRef) -> list[AuditEntry]:
    with dealer_scope(dealer):
        return list(AuditEntry.objects.order_by("id"))


def test_what_holds_stands_beside_what_the_standard_demands(as_clara: Client) -> None:
    put(as_clara, wish(quiet_from="20:00"))

    shown = {one["purpose"]: one for one in as_clara.get(HOURS).json()["purposes"]}

    assert list(shown) == ["SERVICE", "SURVEY", "REMINDER", "MARKETING"]
    assert (shown["REMINDER"]["quiet_from"], shown["REMINDER"]["standard"]["quiet_from"]) == ("20:00", "21:00")
    assert shown["MARKETING"]["quiet_from"] == "21:00"
    assert shown["SERVICE"]["keeps_rest_days"] is False


def test_what_equals_the_standard_is_none_of_the_dealers_own(as_clara: Client, north: DealerRef) -> None:
    put(as_clara, wish(quiet_from="20:00"), wish("SERVICE", keeps_rest_days=True, keeps_preferred_time=False))
    with dealer_scope(north):
        DealerSettings.objects.update(policy={**DealerSettings.objects.get().policy, "per_window": 2})
        assert DealerSettings.objects.get().policy == {
            "quiet_hours": {"REMINDER": ["20:00", "09:00"]},
            "keeps_rest_days": ["SERVICE"],
            "per_window": 2,
        }

    put(as_clara, wish())

    with dealer_scope(north):
        assert DealerSettings.objects.get().policy == {"per_window": 2}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"quiet_from": "22:00"}, "quiet_hours_loosened", "21:00 to 09:00"),
        ({"quiet_until": "08:00"}, "quiet_hours_loosened", "21:00 to 09:00"),
        ({"quiet_from": "09:00"}, "quiet_hours_loosened", "21:00 to 09:00"),
        ({"keeps_rest_days": False}, "demand_loosened", "cannot be switched off"),
    ],
    ids=["later", "shorter", "none", "rest days"],
)
def test_the_standard_is_not_loosened_and_the_answer_says_why(
    changes: dict[str, Any], code: str, words: str, as_clara: Client, north: DealerRef
) -> None:
    answer = put(as_clara, wish(**changes))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert words in answer.json()["detail"]
    assert "specifics" not in answer.json()
    assert "09:00" in put(as_clara, wish(quiet_from="22:00"), language="zh-hans").json()["detail"]
    with dealer_scope(north):
        assert DealerSettings.objects.get().policy == {}
    assert entries(north) == []


def test_a_standard_that_demands_more_later_holds_over_what_a_dealer_chose_before(
    as_clara: Client, north: DealerRef
) -> None:
    from notifications.policy import operations, publishing
    from tests.api.conftest import NOW
    from tests.notifications.policy.test_standard import make_table

    put(as_clara, wish(quiet_from="20:30"), wish("SURVEY", quiet_until="11:00"))
    table = make_table()
    table["quiet_hours"] |= {"from": "20:00", "until": "10:00"}
    with dealer_scope(north):
        publishing.publish(
            manufacturer_id=north.manufacturer_id or 0,
            data={"contact_policy": table},
            in_force_from=NOW.date(),
            today=NOW.date(),
        )
    operations._kept.clear()

    shown = {one["purpose"]: one for one in as_clara.get(HOURS).json()["purposes"]}
    operations._kept.clear()

    assert (shown["REMINDER"]["quiet_from"], shown["REMINDER"]["quiet_until"]) == ("20:00", "10:00")
    assert (shown["SURVEY"]["quiet_from"], shown["SURVEY"]["quiet_until"]) == ("20:00", "10:00")


def test_a_preview_says_when_a_message_leaves_and_why_not_before(as_clara: Client, north: DealerRef) -> None:
    # A Friday evening; north rests on Sundays.
    now = preview(as_clara)
    quiet = preview(as_clara, wish(quiet_from="20:00"))
    rest = preview(as_clara, date="2026-11-22", time="10:00")
    service = preview(as_clara, date="2026-11-22", time="10:00", purpose="SERVICE")

    assert (now["leaves_at"], now["rule"]) == ("2026-11-20T12:30:00Z", "")
    assert (quiet["leaves_at"], quiet["rule"]) == ("2026-11-21T01:00:00Z", "quiet_hours")
    assert (rest["leaves_at"], rest["rule"]) == ("2026-11-23T01:00:00Z", "rest_day")
    assert service["rule"] == ""
    with dealer_scope(north):
        assert DealerSettings.objects.get().policy == {}


def test_a_preview_of_looser_hours_is_refused(as_clara: Client) -> None:
    assert preview(as_clara, wish(quiet_from="23:00"))["code"] == "quiet_hours_loosened"


def test_a_year_shows_holidays_make_up_days_and_the_dealers_own(as_clara: Client) -> None:
    own = {"date": "2026-10-02", "hours": [["10:00", "15:00"]], "name": "值班"}
    made = as_clara.post("/api/v1/calendar-days/", json.dumps(own), content_type="application/json").json()

    shown = as_clara.get("/api/v1/settings/calendar/?year=2026", headers={"Accept-Language": "zh-hans"}).json()

    days = {day["date"]: day for day in shown["days"]}
    assert (days["2026-10-01"]["source"], days["2026-10-01"]["is_open"], days["2026-10-01"]["name"]) == (
        "PUBLIC",
        False,
        "国庆节",
    )
    assert (days["2026-09-20"]["source"], days["2026-09-20"]["hours"]) == ("MAKE_UP", [["08:30", "18:00"]])
    assert (days["2026-10-02"]["source"], days["2026-10-02"]["id"]) == ("OWN", made["id"])
    assert list(days) == sorted(days)


def test_without_public_holidays_only_the_dealers_own_days_are_left(as_clara: Client) -> None:
    as_clara.patch("/api/v1/settings/", json.dumps({"keeps_public_holidays": False}), content_type="application/json")

    assert as_clara.get("/api/v1/settings/calendar/?year=2026").json()["days"] == []


def test_every_change_is_in_the_audit_with_what_stood_before(as_clara: Client, north: DealerRef) -> None:
    put(as_clara, wish(quiet_from="20:00"))
    put(as_clara, wish(quiet_from="20:00"))
    week = {"weekly_hours": {"0": [["08:00", "17:00"]]}}
    as_clara.patch("/api/v1/settings/", json.dumps(week), content_type="application/json")
    body = json.dumps({"date": "2026-12-24", "hours": [], "name": "x"})
    day = as_clara.post("/api/v1/calendar-days/", body, content_type="application/json").json()
    as_clara.delete(f"/api/v1/calendar-days/{day['id']}/")

    found = entries(north)

    assert [one.action for one in found] == [
        "settings.policy_changed",
        "settings.hours_changed",
        "settings.day_changed",
        "settings.day_given_back",
    ]
    assert (found[0].before, found[0].after) == ({}, {"quiet_hours": {"REMINDER": ["20:00", "09:00"]}})
    assert found[1].after == week
    assert (found[2].before, found[3].after) == (None, None)


def test_souths_hours_are_its_own(as_clara: Client, north: DealerRef, south: DealerRef) -> None:
    put(as_clara, wish(quiet_from="20:00"))

    with dealer_scope(south):
        assert DealerSettings.objects.get().policy == {}
    assert entries(south) == []
