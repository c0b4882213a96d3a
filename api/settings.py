"""What a dealer sets for its centre: opening hours, days that differ, and contact hours stricter than the standard."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct, by
from api.reading import Day, queried, valid
from api.resource import ReadResource
from api.texts import Line
from core.calendar import changing, operations, rules, year
from core.models import CalendarDay, Consent, DealerSettings
from notifications.policy import own, publishing
from notifications.policy.facts import Purpose
from notifications.policy.own import Kept
from notifications.policy.standard import PolicyStandard, QuietHours
from notifications.policy.tightening import Wish
from tenants import scope
from tenants.accounts.staff import By

FLAGS = ("keeps_rest_days", "keeps_preferred_time")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def _hours() -> serializers.ListField:
    """Return a field of periods: [["08:30", "18:00"], ...], local time."""
    period = serializers.ListField(child=Line(max_length=5), min_length=2, max_length=2)
    return serializers.ListField(child=period, max_length=4)


class SettingsShape(serializers.ModelSerializer[DealerSettings]):
    # By weekday, "0" is Monday; days without hours are left out.
    weekly_hours = serializers.DictField(child=_hours(), read_only=True)

    class Meta:
        model = DealerSettings
        fields = [
            "weekly_hours",
            "slot_minutes",
            "walk_in_share",
            "keeps_public_holidays",
            "policy",
            "complaint_hotline",
            "currency",
        ]
        read_only_fields = fields


class SettingsChanges(serializers.Serializer[dict[str, object]]):
    # By weekday, "0" is Monday.
    weekly_hours = serializers.DictField(child=_hours(), required=False)
    keeps_public_holidays = serializers.BooleanField(required=False)
    # Stricter values than the manufacturer's standard, by name; they replace those of before.
    policy = serializers.DictField(required=False)


class DayShape(serializers.ModelSerializer[CalendarDay]):
    class Meta:
        model = CalendarDay
        fields = ["id", "date", "is_open", "hours", "name"]
        read_only_fields = fields


class OwnDay(serializers.Serializer[dict[str, object]]):
    date = Day()
    # None of them: closed all day.
    hours = _hours()
    name = Line(max_length=80, allow_blank=True, default="")


class DayOfYear(serializers.Serializer[year.Day]):
    # Of a day of the dealer's own.
    id = serializers.IntegerField(allow_null=True)
    date = serializers.DateField()
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field named as an attribute of the base
        choices=[(one.value, one.name) for one in year.Source]
    )
    is_open = serializers.BooleanField()
    hours = _hours()
    name = serializers.CharField(allow_blank=True)


class WhichYear(serializers.Serializer[dict[str, int]]):
    year = serializers.IntegerField(min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, required=False)


class YearShape(serializers.Serializer[dict[str, object]]):
    year = serializers.IntegerField()
    days = DayOfYear(many=True)


class PurposeWish(serializers.Serializer[dict[str, object]]):
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    quiet_from = serializers.TimeField()
    quiet_until = serializers.TimeField()
    keeps_rest_days = serializers.BooleanField()
    keeps_preferred_time = serializers.BooleanField()


class PurposeStandard(serializers.Serializer[dict[str, object]]):
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    # "21:00": no seconds, which the description's `time` would ask for.
    quiet_from = serializers.CharField(max_length=5)
    quiet_until = serializers.CharField(max_length=5)
    keeps_rest_days = serializers.BooleanField()
    keeps_preferred_time = serializers.BooleanField()


class PurposeHours(PurposeStandard):
    # As the manufacturer demands it; a dealer's own value differs from it.
    standard = PurposeStandard()


class ContactHours(serializers.Serializer[Kept]):
    version = serializers.CharField(source="standard.version")
    purposes = serializers.SerializerMethodField()

    @extend_schema_field(PurposeHours(many=True))
    def get_purposes(self, kept: Kept) -> list[dict[str, Any]]:
        """Return what holds for each purpose, beside the standard."""
        return [_kept_of(kept.here, purpose) | {"standard": _kept_of(kept.standard, purpose)} for purpose in Purpose]


class Wishes(serializers.Serializer[dict[str, object]]):
    purposes = PurposeWish(many=True, allow_empty=True)


class Planned(serializers.Serializer[dict[str, object]]):
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    date = Day()
    time = serializers.TimeField()
    # If these held; as things stand where there are none.
    purposes = PurposeWish(many=True, allow_empty=True, default=list)


class LeavingShape(serializers.Serializer[own.Leaving]):
    planned_at = serializers.DateTimeField()
    leaves_at = serializers.DateTimeField()
    # Empty: it leaves at once.
    rule = serializers.ChoiceField(choices=["quiet_hours", "rest_day"], allow_blank=True)


class Settings(APIView):
    """The centre's own settings."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(responses=SettingsShape)
    def get(self, request: Request) -> Response:
        """Show the settings."""
        return Response(SettingsShape(operations.dealer_settings()).data)

    @extend_schema(request=SettingsChanges, responses=SettingsShape)
    def patch(self, request: Request) -> Response:
        """Replace the opening hours of the week, or what is stricter here than the standard; all or nothing."""
        asked, who, now = valid(SettingsChanges, request.data), by(request), datetime.now(UTC)
        with transaction.atomic():
            for name, value in asked.items():
                WRITERS[name](value, who, now)
        return Response(SettingsShape(operations.dealer_settings()).data)


# What may be changed, and by which operation.
WRITERS: dict[str, Callable[[Any, By, datetime], None]] = {
    "weekly_hours": lambda value, who, now: changing.change_week(value, by=who, now=now),
    "keeps_public_holidays": lambda value, who, now: changing.keep_public_holidays(value, by=who, now=now),
    "policy": lambda value, who, now: publishing.set_own_policy(value, today=_today(now), by=who, now=now),
}


class ContactPolicy(APIView):
    """When owners may be written to: the manufacturer's hours, or stricter ones of the dealer's own."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(responses=ContactHours)
    def get(self, request: Request) -> Response:
        """Show what holds for each purpose, beside what the standard demands."""
        return Response(ContactHours(own.kept(today=_today(datetime.now(UTC)))).data)

    @extend_schema(request=Wishes, responses=ContactHours)
    def put(self, request: Request) -> Response:
        """Replace the dealer's own values; what equals the standard is none of its own."""
        now = datetime.now(UTC)
        own.keep_wishes(_wishes(valid(Wishes, request.data)), by=by(request), today=_today(now), now=now)
        return self.get(request)


class ContactPreview(APIView):
    """When a message would leave; nothing is sent or changed."""

    subject = "settings"
    verbs: ClassVar = {"post": "settings.read"}
    permission_classes = (MayAct,)

    @extend_schema(request=Planned, responses=LeavingShape)
    def post(self, request: Request) -> Response:
        """Say when a message planned for a moment leaves, and what puts it off."""
        asked = valid(Planned, request.data)
        zone = ZoneInfo(scope.current_dealer().timezone)
        leaving = own.preview(
            rules.at_local(asked["date"], asked["time"], timezone=zone),
            purpose=Purpose(asked["purpose"]),
            wishes=_wishes(asked),
            today=_today(datetime.now(UTC)),
        )
        return Response(LeavingShape(leaving).data)


class CalendarDays(ReadResource[CalendarDay]):
    """Days that differ from the week and the country's holidays."""

    subject, model = "settings", CalendarDay
    serializer_class = DayShape
    filterset_fields: ClassVar = {"date": ["exact", "gte", "lt"]}

    @extend_schema(request=OwnDay, responses={201: DayShape})
    def create(self, request: Request) -> Response:
        """Give a date its own hours, or close it."""
        asked = valid(OwnDay, request.data)
        day = changing.change_day(
            day=asked["date"], periods=asked["hours"], name=asked["name"], by=by(request), now=datetime.now(UTC)
        )
        return Response(DayShape(day).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Give a date back to the week and the holidays."""
        changing.give_back_day(day=self.get_object().date, by=by(request), now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CalendarYear(APIView):
    """A year's days that differ from the usual week, the country's and the dealer's own."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[OpenApiParameter("year", int)], responses=YearShape)
    def get(self, request: Request) -> Response:
        """Show the days of a year, this one where none is named."""
        asked = queried(WhichYear, request.query_params).get("year") or _today(datetime.now(UTC)).year
        days = year.days_of_year(
            operations.dealer_settings(),
            country=scope.current_dealer().country,
            year=asked,
            language=get_language() or "en",
        )
        return Response(YearShape({"year": asked, "days": days}).data)


def _wishes(asked: dict[str, Any]) -> tuple[Wish, ...]:
    return tuple(
        Wish(
            purpose=Purpose(one["purpose"]),
            quiet=QuietHours(one["quiet_from"], one["quiet_until"]),
            **{flag: one[flag] for flag in FLAGS},
        )
        for one in asked["purposes"]
    )


def _kept_of(standard: PolicyStandard, purpose: Purpose) -> dict[str, Any]:
    quiet, kept = standard.quiet_of(purpose), standard.purposes[purpose]
    return {
        "purpose": purpose.value,
        "quiet_from": f"{quiet.from_time:%H:%M}",
        "quiet_until": f"{quiet.until_time:%H:%M}",
        **{flag: getattr(kept, flag) for flag in FLAGS},
    }


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(scope.current_dealer().timezone)).date()
