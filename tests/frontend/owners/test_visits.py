"""A visit's pages: pick, see, calendar, move, give up; every step by a plain form."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from core.appointments.models import Appointment, Bay
from core.customers.models import Customer
from notifications.links.rules import Purpose
from tenants.scope import dealer_scope
from tests.core.appointments.test_calendar_file import read
from tests.frontend.owners.conftest import Owner
from tests.notifications.links.following import new_link

TIME = re.compile(r'name="at" value="(\w+)"[^>]*>(\d\d:\d\d)</label>')
DAY = re.compile(r'<a href="\?([^"]*)"( aria-current="date")?>([^<]+)</a>')


def visit_of(owner: Owner) -> Appointment:
    with dealer_scope(owner.dealer):
        return Appointment.objects.select_related("vehicle").latest("id")


def booked(owner: Owner) -> str:
    """Pick the first time by the reminder's link; return the path."""
    path = owner.reminder()
    owner.sent(path, do="book", at=TIME.findall(owner.read(path))[0][0])
    return path


def test_free_half_hours_are_shown_day_by_day_on_the_dealers_wall(boris: Owner) -> None:
    path = boris.reminder()

    text = boris.read(path)

    assert [day for _query, current, day in DAY.findall(text) if current] == ["mié 18 nov"]
    assert TIME.findall(text)[0] == ("20261118T1100", "12:00")
    later = next(query for query, current, day in DAY.findall(text) if day == "vie 20 nov")
    assert TIME.findall(boris.read(f"{path}?{later}"))[0] == ("20261120T0730", "08:30")


def test_later_days_can_be_looked_at_up_to_the_horizon(anna: Owner) -> None:
    path, seen = anna.reminder(), 0
    text = anna.read(path)

    while later := re.search(r'<p><a href="\?from=(\d+)">', text):
        seen += 1
        text = anna.read(f"{path}?from={later[1]}")

    assert seen == 4


@pytest.mark.parametrize("query", ["from=x", "from=99999999", "day=x", "day=20261122", "from=19000101"])
def test_any_address_shows_some_day(anna: Owner, query: str) -> None:
    assert TIME.findall(anna.read(f"{anna.reminder()}?{query}"))


def test_a_picked_time_is_booked_and_shown(boris: Owner) -> None:
    path = boris.reminder()

    text = boris.sent(path, do="book", at="20261120T0730")

    assert '<p class="when">vie 20 nov, 08:30</p>' in text
    assert "Cita reservada" in text
    assert visit_of(boris).starts_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert "Cita reservada" not in boris.read(path)


def test_the_car_is_shown_by_its_last_signs_only(boris: Owner) -> None:
    path = boris.reminder()

    text = boris.read(path)

    assert "…4BCD" in text
    assert "1234BCD" not in text


def test_of_two_cars_one_is_chosen(anna: Owner) -> None:
    with dealer_scope(anna.dealer):
        other = anna.story.another_car()
    path = anna.reminder(vehicle_ids=(anna.story.vehicle.pk, other.pk))

    anna.sent(path, do="book", at=TIME.findall(anna.read(path))[0][0], car=str(other.pk))

    assert visit_of(anna).vehicle == other


def test_a_lost_race_shows_fresh_times_of_that_day(anna: Owner) -> None:
    with dealer_scope(anna.dealer):
        Bay.objects.exclude(pk=Bay.objects.order_by("id")[0].pk).update(is_active=False)
        other = Customer.objects.create(name="Anna", created_at=anna.story.now, updated_at=anna.story.now)
        rival = new_link(anna.story, Purpose.VISIT, customer_id=other.pk)
    path = anna.reminder()
    wanted = "20261120T0200"
    anna.post(anna.path(rival), do="book", at=wanted)

    text = anna.sent(path, do="book", at=wanted)

    assert "这个时间刚刚被约走" in text
    assert wanted not in dict(TIME.findall(text))
    assert [day for _query, current, day in DAY.findall(text) if current] == ["11月20日（周五）"]


def test_nothing_free_says_so(anna: Owner) -> None:
    path = anna.reminder()
    with dealer_scope(anna.dealer):
        Bay.objects.update(is_active=False)

    text = anna.read(path)

    assert "这几天没有空余时间。" in text
    assert "<form" not in text


def test_coming_is_confirmed_once(anna: Owner) -> None:
    path = booked(anna)

    text = anna.sent(path, do="confirm")

    assert "恭候光临" in text
    assert 'value="confirm"' not in text
    assert visit_of(anna).state == "CONFIRMED"


def test_a_visit_is_moved_and_stays_until_then(anna: Owner) -> None:
    path = booked(anna)

    form = anna.read(path, do="move")
    text = anna.sent(path, do="move", at="20261120T0200")

    assert "在您选定之前，11月18日（周三）12:00的预约保持不变。" in form
    assert '<p class="when">11月20日（周五）10:00</p>' in text
    assert visit_of(anna).sequence == 1


def test_moving_to_a_time_just_taken_keeps_the_visit_and_the_form(anna: Owner) -> None:
    path = booked(anna)

    text = anna.sent(path, do="move", at="20261122T0200")

    assert "这个时间刚刚被约走" in text
    assert '<input type="hidden" name="do" value="move">' in text
    assert visit_of(anna).sequence == 0


def test_giving_up_asks_first_and_then_offers_another_time(anna: Owner) -> None:
    path = booked(anna)

    asked = anna.read(path, do="cancel")
    assert visit_of(anna).state == "BOOKED"
    text = anna.sent(path, do="cancel")

    assert "要取消预约吗？" in asked
    assert "11月18日（周三）12:00的预约已取消" in text
    assert TIME.findall(text)
    assert visit_of(anna).state == "CANCELLED"


def test_the_calendar_file_follows_the_visit(anna: Owner) -> None:
    path = booked(anna)
    first = anna.get(f"{path}visit.ics")
    anna.sent(path, do="move", at="20261120T0200")
    second = anna.get(f"{path}visit.ics")
    anna.sent(path, do="cancel")
    third = anna.get(f"{path}visit.ics")

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert (first["Cache-Control"], first["Referrer-Policy"]) == ("no-store", "no-referrer")
    files = [read(answer.content) for answer in (first, second, third)]
    assert len({file["UID"] for file in files}) == 1
    assert [file["SEQUENCE"] for file in files] == ["0", "1", "2"]
    assert [file["METHOD"] for file in files] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert files[1]["DTSTART"] == "20261120T020000Z"


def test_before_a_visit_there_is_no_calendar_file(anna: Owner) -> None:
    assert anna.get(f"{anna.reminder()}visit.ics").status_code == 410


def test_a_survey_has_no_calendar_file(anna: Owner) -> None:
    assert anna.get(f"{anna.survey()}visit.ics").status_code == 404


def test_sent_twice_a_booking_is_one(anna: Owner) -> None:
    path = anna.reminder()
    (first, _), (second, _) = TIME.findall(anna.read(path))[:2]
    anna.sent(path, do="book", at=first)

    again, other = anna.sent(path, do="book", at=first), anna.sent(path, do="book", at=second)

    assert "预约成功" in again
    assert "您已有预约" in other
    with dealer_scope(anna.dealer):
        assert Appointment.objects.count() == 1


@pytest.mark.parametrize("form", [{}, {"do": "x"}, {"do": "book"}, {"do": "book", "at": "x"}, {"do": "move", "at": ""}])
def test_a_form_that_says_nothing_changes_nothing(anna: Owner, form: dict[str, str]) -> None:
    path = anna.reminder()

    assert anna.post(path, **form).status_code in (303, 410)
    with dealer_scope(anna.dealer):
        assert not Appointment.objects.exists()


def test_after_the_visit_the_link_is_over(anna: Owner) -> None:
    path = booked(anna)
    anna.story.now += timedelta(days=1)

    answer = anna.get(path)

    assert answer.status_code == 410
    assert "<form" not in answer.content.decode()


def test_a_reminders_page_costs_the_same_with_many_visits(anna: Owner, django_assert_max_num_queries: object) -> None:
    path = anna.reminder()
    anna.read(path)

    with django_assert_max_num_queries(12):  # type: ignore[operator]  # pytest-django's fixture
        anna.read(path)
