"""A field whose dictionary of texts is sealed at rest, and plain in the hand."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

from tenants.sealing import seal, unseal

PURPOSE = "channel account"


if TYPE_CHECKING:
    Base = models.Field[Mapping[str, str], dict[str, str]]
else:
    Base = models.Field


class SealedSettings(Base):
    """Names and secrets of a provider's account, as a dictionary; the column holds one sealed text, or none.

    Nothing can be asked of the column in SQL.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": dict, "db_default": "", **kwargs})

    def get_prep_value(self, value: Mapping[str, str] | None) -> str:
        """Seal it; nothing is left nothing."""
        return seal(json.dumps(dict(value)), purpose=PURPOSE) if value else ""

    def from_db_value(self, value: str, *_rest: Any) -> dict[str, str]:
        """Open it. Raises: SealBroken when no key of the house fits."""
        if value.startswith("{"):
            return dict(json.loads(value))  # of before there were seals; the next save seals it
        return dict(json.loads(unseal(value, purpose=PURPOSE))) if value else {}

    def get_internal_type(self) -> str:
        """Say what the column is."""
        return "TextField"
