"""Errors as callers see them: one shape, RFC 9457 problem details, for every failure.

Which domain error becomes which problem is the table in api.domain_problems; what is not in it is a
defect of ours and answered without detail.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ValueUnusable
from django.db import Error as DatabaseFailed
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from api import domain_problems, reading

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# REST framework hangs these on its errors: seconds to wait, and the scheme to sign in by.
HEADERS_BY_ATTRIBUTE = {"wait": "Retry-After", "auth_header": "WWW-Authenticate"}
SAME: dict[type[Exception], type[exceptions.APIException]] = {
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    RequestDataTooBig: reading.TooLarge,
    SuspiciousOperation: exceptions.ParseError,
}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Translate any error of a view into a problem; None leaves it to Django's 500."""
    known = domain_problems.problem_of(error)
    if known is not None:
        set_rollback()
        return _from_domain(known, error)
    error = _of_framework(error)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _from_framework(error)
    logger.exception("unexpected error in a view")
    set_rollback()
    return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", gettext("Something broke on our side."))


def _from_domain(known: domain_problems.Problem, error: Exception) -> Response:
    if not isinstance(error, DatabaseFailed):
        response = _of_rule(known, error)
        if field := getattr(error, "field", ""):
            response.data["errors"] = [{"field": field, "message": response.data["detail"]}]
        return response
    # What failed inside is for our log, not for the caller.
    logger.exception("a view could not do its work")
    return _respond(known.status, known.code, gettext(known.sentence))


def _of_rule(known: domain_problems.Problem, error: Exception) -> Response:
    facts = getattr(error, "facts", None)
    if facts is None:
        sentence = gettext(known.sentence)
        shown = sentence % {"said": error} if "%(said)s" in sentence else sentence
        return _respond(known.status, known.code, shown, specifics=str(error))
    # The translated sentence says it all.
    sentence = gettext(known.sentence) % facts if facts else gettext(known.sentence)
    response = _respond(known.status, known.code, sentence)
    if about := getattr(error, "about", None):
        response.data["about"] = about
    return response


def _of_framework(error: Exception) -> Exception:
    """Return Django's errors as REST framework's."""
    if isinstance(error, ValueUnusable):
        return exceptions.ValidationError(error.messages)
    for kind, same in SAME.items():
        if isinstance(error, kind):
            return same()
    return error


def _from_framework(error: exceptions.APIException) -> Response:
    status = HTTPStatus(error.status_code)
    if isinstance(error, exceptions.ValidationError):
        response = _respond(status, "invalid", gettext("Some fields cannot be taken as they are."))
        response.data["errors"] = _field_errors(error.detail)
    elif isinstance(error, exceptions.ParseError):
        # What the parser says is for programmers, in English.
        response = _respond(
            status, str(error.default_code), gettext("This cannot be read."), specifics=str(error.detail)
        )
    else:
        response = _respond(status, str(error.default_code), str(error.detail))
    for attribute, header in HEADERS_BY_ATTRIBUTE.items():
        if value := getattr(error, attribute, None):
            response[header] = value if isinstance(value, str) else str(int(value) + 1)
    return response


def _field_errors(detail: object, path: str = "") -> list[dict[str, str]]:
    """Flatten nested messages into [{field, message}, ...], the field as a dotted path."""
    if isinstance(detail, Mapping):
        return [
            row for key, value in detail.items() for row in _field_errors(value, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(detail, list):
        if all(not isinstance(value, (Mapping, list)) for value in detail):
            return [{"field": path, "message": str(value)} for value in detail]
        return [
            row
            for position, value in enumerate(detail)
            for row in _field_errors(value, f"{path}.{position}" if path else str(position))
        ]
    return [{"field": path, "message": str(detail)}]


def _body(status: HTTPStatus, code: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:aftercare:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }


def _respond(status: HTTPStatus, code: str, detail: str, *, specifics: str = "") -> Response:
    body = _body(status, code, detail) | ({"specifics": specifics} if specifics else {})
    return Response(body, status=status.value, content_type=CONTENT_TYPE)


def respond_plain(status: HTTPStatus, code: str, detail: str) -> JsonResponse:
    """Answer a problem outside of REST framework: middleware and bare views."""
    return JsonResponse(_body(status, code, detail), status=status.value, content_type=CONTENT_TYPE)


def page_not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer an unknown address, without repeating it."""
    return respond_plain(HTTPStatus.NOT_FOUND, "not_found", gettext("There is nothing at this address."))


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer what broke outside of REST framework, without detail."""
    return respond_plain(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", gettext("Something broke on our side."))
