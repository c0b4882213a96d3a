"""What tests of costs start from: the simulator as if its texts travelled as SMS, and a table of prices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from channels_app import registry
from channels_app.simulator import Simulator
from notifications.costs.models import MessagePrice


class Texting(Simulator):
    """The simulator, paid by the segment."""

    capabilities = replace(Simulator.capabilities, is_sms=True)


def text_by_simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the simulator's texts be SMS."""
    monkeypatch.setitem(registry.LOADED, "simulator", Texting())


def make_price(minor: str = "7.5", **where: object) -> MessagePrice:
    """Keep a price of the simulator."""
    ready = {"kind": "simulator", "price_minor": Decimal(minor), "currency": "EUR", "from_date": date(2026, 1, 1)}
    return MessagePrice.objects.create(**{**ready, **where})
