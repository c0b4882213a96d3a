"""Reading what callers send: one way to check it and to say what is wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from http import HTTPStatus
from math import isinf
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as ValueUnusable
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

from api import unknown

# What PostgreSQL keeps as an id.
LARGEST_ID = 2**63 - 1
# A hundred times the longest text that anything here takes.
LARGEST_JSON = 1024 * 1024
# A year's orders of the largest dealers are a tenth of it.
LARGEST_FILE = 100 * 1024 * 1024

# Those the house speaks; settings name them.
LANGUAGES = [code for code, _shown in settings.LANGUAGES]
# Older than any car's papers, later than any plan.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class TooLarge(APIException):
    """The body is longer than anything of its kind may be."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("This is too long to take.")


class LengthUnreadable(ValueError):
    """Content-Length is no number."""


class Json(JSONParser):
    """JSON of a bounded length; a longer one is not read to its end. Numbers are numbers, and each name stands once."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:  # noqa: ANN401  # the framework's call
        """Return what the text says. Raises: TooLarge; ParseError."""
        _check_length((parser_context or {}).get("request"), longest=LARGEST_JSON)
        try:
            return _read(stream.read().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise ParseError from error


class Files(MultiPartParser):
    """Uploads of a bounded length."""

    longest = LARGEST_FILE

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:  # noqa: ANN401  # the framework's call
        """Return fields and files. Raises: TooLarge; ParseError."""
        _check_length((parser_context or {}).get("request"), longest=self.longest)
        return super().parse(stream, media_type, parser_context)


def valid(
    shape: type[serializers.Serializer[Any]],
    data: Any,  # noqa: ANN401  # whatever a caller sent
    *,
    changed: Model | None = None,
) -> dict[str, Any]:
    """Return the checked values of a body; of changes to a row, those that were sent.

    Raises: ValidationError naming each field, those included that there are not.
    """
    checked = shape(changed, data=data, partial=changed is not None)
    unknown.refuse(checked, data)
    checked.is_valid(raise_exception=True)
    values: dict[str, Any] = checked.validated_data
    return values


def queried(shape: type[serializers.Serializer[Any]], params: Any) -> dict[str, Any]:  # noqa: ANN401  # a QueryDict
    """Return the checked values of an address's query, in which stands also what pages and filters read.

    Raises: ValidationError naming each field.
    """
    checked = shape(data=params)
    checked.is_valid(raise_exception=True)
    values: dict[str, Any] = checked.validated_data
    return values


class KnownId(serializers.IntegerField):
    """The id of a row of the dealer in scope; an unknown one answers as an address that leads nowhere."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401  # whatever a caller sent
        """Return the id. Raises: Http404 where there is no such row; ValidationError."""
        value: int = super().to_internal_value(data)
        if not self.model._default_manager.filter(pk=value).exists():
            raise Http404
        return value


class Day(serializers.DateField):
    """A date that calendars, time zones and sums of days can bear."""

    def to_internal_value(self, value: Any) -> date:  # noqa: ANN401  # whatever a caller sent
        """Return the date. Raises: ValidationError."""
        day: date = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            raise serializers.ValidationError(f"{EARLIEST} - {LATEST}")
        return day


class Moment(serializers.DateTimeField):
    """A moment that calendars, time zones and sums of days can bear, with its zone: without, it is a guess."""

    default_error_messages: ClassVar = {"zone": _("Say the time with its zone: 2026-03-02T10:00:00+08:00.")}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the moment as it is. Raises: ValidationError where nothing says on whose clocks it is meant."""
        if value.tzinfo is None:
            self.fail("zone")
        return value

    def to_internal_value(self, value: Any) -> datetime:  # noqa: ANN401  # whatever a caller sent
        """Return the moment. Raises: ValidationError."""
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment.date() <= LATEST:
            raise serializers.ValidationError(f"{EARLIEST} - {LATEST}")
        return moment


@contextmanager
def named(field: str) -> Iterator[None]:
    """Name the field in which a value stands that Django's own checks refuse, as they do not know it."""
    try:
        yield
    except ValueUnusable as error:
        raise serializers.ValidationError({field: error.messages}) from error


def length_of(request: HttpRequest) -> int | None:
    """Return the length that the caller announced; None where none was. Raises: LengthUnreadable."""
    announced = str(request.META.get("CONTENT_LENGTH") or "")
    if not announced:
        return None
    if not (announced.isascii() and announced.isdecimal() and len(announced) < 20):
        raise LengthUnreadable(announced)
    return int(announced)


def body_of(request: HttpRequest, *, longest: int) -> bytes:
    """Return the body byte for byte. Raises: TooLarge; LengthUnreadable."""
    announced = length_of(request)
    if announced is not None and announced > longest:
        raise TooLarge
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise TooLarge from error
    # Sent in chunks, it announces no length.
    if len(body) > longest:
        raise TooLarge
    return body


def raw_of(request: HttpRequest, *, longest: int) -> bytes:
    """Return the body byte for byte, and read no more of a longer one than shows that it is.

    Nothing else may read it then. Raises: TooLarge; LengthUnreadable.
    """
    announced = length_of(request)
    if announced is not None and announced > longest:
        raise TooLarge
    # Sent in chunks, it announces no length.
    body = request.read(longest + 1)
    if len(body) > longest:
        raise TooLarge
    return body


def _read(text: str) -> Any:  # noqa: ANN401  # whatever a caller sent
    found = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_object)
    # Half a character, written as an escape, is no text: neither an answer nor the database could hold it.
    if "\\u" in text:
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _refuse_constant(word: str) -> float:
    """Python reads NaN and Infinity, which JSON does not know."""
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(text)
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice each reader believes another value: what was checked elsewhere may not be ours."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(len(pairs))
    return found


def _check_length(request: Any, *, longest: int) -> None:  # noqa: ANN401  # the framework's request
    try:
        announced = length_of(request) if request is not None else None
    except LengthUnreadable as error:
        raise serializers.ValidationError({"Content-Length": [_("This is no length.")]}) from error
    if announced is not None and announced > longest:
        raise TooLarge
