"""What may be sent to a person: one cell a purpose and channel, each with what decides it.

A picture for people of what `consent.check` would say of each, with the answers and walls that it stands on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from channels_app import registry
from core.customers.models import Consent, ContactPoint
from core.customers.queries import files_of
from core.customers.standing import today_of
from notifications.channels.models import ChannelAccount
from notifications.outbox.addresses import address_hash
from notifications.policy.facts import CALL, Purpose
from notifications.policy.models import Suppression
from notifications.policy.operations import standard_in_force
from notifications.policy.standard import PolicyStandard

# Answers and walls shown beside the cells, newest first; more than anybody was ever asked.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Cell:
    """Whether a purpose may use a channel, about all cars or about one that was spoken of by itself.

    Decided by an answer, by a wall, or by silence, which is a no only where the standard wants a yes.
    """

    vehicle_id: int | None
    purpose: str
    channel: str
    is_allowed: bool
    answer_id: int | None = None
    suppression_id: int | None = None


@dataclass(frozen=True)
class Matrix:
    """All cells of a person, and the proofs they stand on."""

    purposes: tuple[str, ...]
    channels: tuple[str, ...]
    cells: tuple[Cell, ...]
    answers: tuple[Consent, ...]
    suppressions: tuple[Suppression, ...]


def matrix_of(customer_id: int, *, now: datetime) -> Matrix:
    """This function will return what may be sent to a person, files merged into theirs included.

    Raises: Customer.DoesNotExist.
    """
    files = files_of(customer_id)
    answers = list(Consent.objects.filter(customer_id__in=files).order_by("-at", "is_granted", "-id"))
    hashes = [address_hash(value) for value in _values(files)]
    walls = list(
        Suppression.objects.filter(Q(customer_id__in=files) | Q(address_hash__in=hashes)).order_by("-at", "-id")
    )
    channels = (CALL, *_channels())
    standard = standard_in_force(today=today_of(now))
    newest = _newest(answers)
    standing = [wall for wall in walls if wall.lifted_at is None]
    return Matrix(
        purposes=tuple(Purpose),
        channels=channels,
        cells=tuple(
            _cell(vehicle_id, purpose, channel, newest, standing, standard)
            for vehicle_id in _spoken_of(newest, standing)
            for purpose in Purpose
            for channel in channels
        ),
        answers=tuple(answers[:MOST_SHOWN]),
        suppressions=tuple(walls[:MOST_SHOWN]),
    )


def _values(files: Sequence[int]) -> list[str]:
    return list(ContactPoint.objects.filter(customer_id__in=files).values_list("value", flat=True))


def _channels() -> list[str]:
    return sorted(set(ChannelAccount.objects.filter(is_active=True).values_list("kind", flat=True)))


def _newest(answers: Sequence[Consent]) -> list[Consent]:
    """The last word on each file, purpose, channel and car, newest first; answers come so ordered."""
    found: dict[tuple[object, ...], Consent] = {}
    for answer in answers:
        found.setdefault((answer.customer_id, answer.purpose, answer.channel, answer.vehicle_id), answer)
    return list(found.values())


def _spoken_of(answers: Sequence[Consent], walls: Sequence[Suppression]) -> list[int | None]:
    ids = {row.vehicle_id for rows in (answers, walls) for row in rows if row.vehicle_id}
    return [None, *sorted(ids)]


def _cell(
    vehicle_id: int | None,
    purpose: Purpose,
    channel: str,
    answers: Sequence[Consent],
    walls: Sequence[Suppression],
    standard: PolicyStandard,
) -> Cell:
    needs_consent = standard.purposes[purpose].needs_consent
    # As consent.is_allowed has it: a purpose that needs no yes is closed only by a no that names it.
    general = ("", purpose.value) if needs_consent else (purpose.value,)
    words = [row for row in answers if row.purpose in general and _fits(row, channel, vehicle_id)]
    refused = next((row for row in words if not row.is_granted), None)
    wall = next((row for row in walls if row.purpose in ("", purpose) and _fits(row, channel, vehicle_id)), None)
    decisive = refused or (words[0] if words else None)
    return Cell(
        vehicle_id=vehicle_id,
        purpose=purpose.value,
        channel=channel,
        is_allowed=refused is None and wall is None and (bool(words) or not needs_consent),
        answer_id=decisive.pk if decisive else None,
        suppression_id=wall.pk if wall and refused is None else None,
    )


def _fits(row: Consent | Suppression, channel: str, vehicle_id: int | None) -> bool:
    return row.channel in registry.names_of(channel) and row.vehicle_id in (None, vehicle_id)
