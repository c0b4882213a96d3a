"""Filters of lists: dates and moments are taken within what calendars and zones can bear, as everywhere in the API."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import DateField
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField

from api.reading import EARLIEST, LATEST


class DayField(DateField):
    """A day as a filter gets it."""

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401  # whatever a caller sent
        """Return the day. Raises: ValidationError."""
        return _bounded(super().to_python(value))


class MomentField(IsoDateTimeField):  # type: ignore[misc]  # django-filter ships no types
    """A moment as a filter gets it."""

    def to_python(self, value: Any) -> datetime | None:  # noqa: ANN401  # whatever a caller sent
        """Return the moment. Raises: ValidationError."""
        try:
            moment: datetime | None = super().to_python(value)
        # At the ends of time even reading it in a zone fails.
        except OverflowError as error:
            raise _out_of_bounds() from error
        if moment is not None:
            _bounded(moment.date())
        return moment


class DayFilter(filters.DateFilter):  # type: ignore[misc]
    field_class = DayField


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    field_class = MomentField


class Filters(filters.FilterSet):  # type: ignore[misc]
    """What every list's filters are made of."""

    FILTER_DEFAULTS: ClassVar = {
        **filters.FilterSet.FILTER_DEFAULTS,
        models.DateField: {"filter_class": DayFilter},
        models.DateTimeField: {"filter_class": MomentFilter},
    }


class Backend(filters.DjangoFilterBackend):  # type: ignore[misc]
    """Narrows lists by their `filterset_fields` or `filterset_class`."""

    filterset_base = Filters


def _bounded(day: date | None) -> date | None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise _out_of_bounds()
    return day


def _out_of_bounds() -> ValidationError:
    return ValidationError(f"{EARLIEST} - {LATEST}")
