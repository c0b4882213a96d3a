"""Approved templates over a sender that dealers share: each message names its own dealer in a place."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from channels_app import registry
from channels_app.contract import Account, Outcome, Outgoing, Template
from channels_app.simulator import Simulator
from tests.notifications.shared.sharing import Shared


def test_the_dealer_who_writes_stands_in_its_place(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[Template | None] = []

    class TemplatesAlone(Simulator):
        capabilities = replace(Simulator.capabilities, window_hours=0)

        def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
            gone.extend(one.template for one in batch)
            return super().send(account, batch)

    monkeypatch.setitem(registry.LOADED, "simulator", TemplatesAlone())

    shared.ask("north")
    shared.ask("south")

    filled = [dict(zip(one.places, one.parameters, strict=True)) for one in gone if one]
    names = [shared.dealers[name].shown_name for name in ("north", "south")]
    assert [one["dealer"] for one in filled] == names
    assert names[0] != names[1]
