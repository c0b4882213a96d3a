"""Every step of every shipped flow can be shown to a person, in every language."""

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.flows import shelf, showing
from notifications.flows.definition import Ask, Wait
from notifications.flows.showing import Next

AT = datetime(2026, 11, 20, 4, tzinfo=UTC).isoformat()
SAMPLES = {"text": "x", "date": "2026-11-20", "datetime": AT}
STEPS = [
    (key, step.name)
    for key in shelf.names()
    for step in shelf.shipped(key).steps.values()
    if isinstance(step, Ask | Wait)
]


def state_at(key: str, step: str) -> dict[str, Any]:
    flow = shelf.shipped(key)
    values: dict[str, Any] = {name: SAMPLES[kind] for name, kind in flow.variables.items()}
    values["slots"] = [{"start_at": AT, "end_at": AT, "bay_id": 1, "kind": "MAINTENANCE"}]
    place = {"flow": key, "version": flow.version, "position": step, "token": "t", "turn": 1, "attempts": 0}
    return {**place, "language": "es", "zone": "Asia/Shanghai", "answers": {}, "codes": {}, "values": values}


@pytest.mark.parametrize("language", ["zh-hans", "es", "en"])
@pytest.mark.parametrize(("key", "step"), STEPS, ids=lambda value: value)
def test_a_step_is_shown(key: str, step: str, language: str) -> None:
    shown = showing.shown(shelf.shipped(key), state_at(key, step), language=language)

    asks = isinstance(shelf.shipped(key).steps[step], Ask)
    assert bool(shown.question) is asks
    assert "{" not in shown.question + shown.then_text
    assert (shown.then is Next.DOES) is bool(shown.then_effect)
