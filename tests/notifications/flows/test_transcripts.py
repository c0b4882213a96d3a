"""Every recorded dialogue still runs as it was recorded."""

import json
from typing import Any

import pytest

from notifications.flows import engine, rendering, shelf
from notifications.flows.engine import Turn
from tests.notifications.flows import playing

RECORDED = list(playing.transcripts())


@pytest.mark.parametrize("dialogue", [dialogue for _, dialogue in RECORDED], ids=[name for name, _ in RECORDED])
def test_a_recorded_dialogue_runs_as_recorded(dialogue: dict[str, Any]) -> None:
    perform = playing.Scripted(
        dialogue["language"], {key: list(told) for key, told in dialogue.get("outcomes", {}).items()}
    )
    turn = playing.begin(
        dialogue["flow"], language=dialogue["language"], entry=dialogue.get("entry", "start"), perform=perform
    )

    for exchange in dialogue["turn"]:
        if "hear" in exchange or "tap" in exchange or exchange.get("silent"):
            perform.done.clear()
            turn = _next(turn, exchange, perform)
        _compare(turn, exchange, perform)


def _next(turn: Turn, exchange: dict[str, Any], perform: playing.Scripted) -> Turn:
    stored = json.loads(json.dumps(turn.state))
    flow = shelf.shipped(stored["flow"])
    if exchange.get("silent"):
        return engine.silence(flow, stored, now=turn.wait_until or playing.NOW, perform=perform)
    payload = f"t.{stored['turn']}|{exchange['tap']}" if "tap" in exchange else ""
    return engine.resume(flow, stored, text=exchange.get("hear", ""), payload=payload, now=playing.NOW, perform=perform)


def _compare(turn: Turn, exchange: dict[str, Any], perform: playing.Scripted) -> None:
    rendered = rendering.compose(turn.outputs, style=rendering.Style.NUMBERED)
    said = rendered.text
    for part in exchange.get("say", []):
        assert part in said
    for part in exchange.get("never_say", []):
        assert part not in said
    assert [effect.name for effect in perform.done] == exchange.get("do", [])
    for name, args in exchange.get("with", {}).items():
        done = next(effect for effect in perform.done if effect.name == name)
        assert {key: done.args.get(key) for key in args} == args
    assert turn.status == exchange.get("status", "ASKING")
    assert turn.outcome == exchange.get("outcome", "")
