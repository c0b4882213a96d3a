"""Canned answers: the dealer's own by language, begun with the shipped ones, filled for one conversation."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from django.db import IntegrityError, transaction

from core.vehicles.models import Ownership
from notifications.canned import rules
from notifications.canned.models import CannedAnswer
from notifications.canned.rules import Filled
from notifications.conversations.models import Conversation
from tenants.accounts.models import User
from tenants.scope import current_dealer


class ShortcutTaken(ValueError):
    """Another answer in this language has the shortcut."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What is kept of an answer."""

    language: str
    shortcut: str
    text: str


def seed(*, now: datetime) -> None:
    """Write the shipped answers for the dealer in scope, leaving alone what is already there."""
    rows = [
        CannedAnswer(language=language, shortcut=row["shortcut"][language], text=text, updated_at=now)
        for row in _shipped()
        for language, text in row["text"].items()
    ]
    CannedAnswer.objects.bulk_create(rows, ignore_conflicts=True)


def add(wording: Wording, *, actor: str, now: datetime) -> CannedAnswer:
    """This function will keep a new answer. Raises: ShortcutTaken; ShortcutUnusable; PlaceholderUnknown."""
    return _keep(CannedAnswer(), wording, actor=actor, now=now)


def change(answer_id: int, changes: Mapping[str, str], *, actor: str, now: datetime) -> CannedAnswer:
    """This function will change an answer's fields of Wording. Raises: as add; CannedAnswer.DoesNotExist."""
    answer = CannedAnswer.objects.get(pk=answer_id)
    before = Wording(language=answer.language, shortcut=answer.shortcut, text=answer.text)
    return _keep(answer, replace(before, **changes), actor=actor, now=now)


def remove(answer_id: int) -> None:
    """This function will remove an answer. Raises: CannedAnswer.DoesNotExist."""
    CannedAnswer.objects.get(pk=answer_id).delete()


def fill(answer_id: int, *, conversation_id: int, user_id: int) -> Filled:
    """This function will fill an answer for a conversation and the person who will send it.

    Raises: CannedAnswer.DoesNotExist; Conversation.DoesNotExist.
    """
    answer = CannedAnswer.objects.get(pk=answer_id)
    conversation = Conversation.objects.select_related("customer").get(pk=conversation_id)
    values = {
        "name": conversation.customer.name if conversation.customer else "",
        "plate": _plate(conversation.customer_id),
        "dealer": current_dealer().shown_name,
        "agent": User.objects.filter(pk=user_id).values_list("name", flat=True).first() or "",
    }
    return rules.fill(answer.text, values)


def _keep(answer: CannedAnswer, wording: Wording, *, actor: str, now: datetime) -> CannedAnswer:
    rules.check(shortcut=wording.shortcut, text=wording.text)
    answer.language, answer.shortcut, answer.text = wording.language, wording.shortcut, wording.text
    answer.actor, answer.updated_at = actor, now
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError as error:
        raise ShortcutTaken(wording.shortcut) from error
    return answer


def _plate(customer_id: int | None) -> str:
    """The plate of the only car; of several none is meant."""
    if customer_id is None:
        return ""
    held = Ownership.objects.filter(customer_id=customer_id, to_date__isnull=True)
    plates = list(held.values_list("vehicle__plate", flat=True)[:2])
    return plates[0] if len(plates) == 1 else ""


@cache
def _shipped() -> list[dict[str, Any]]:
    text = resources.files("notifications.tables").joinpath("canned_answers.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["answer"]
    return rows
