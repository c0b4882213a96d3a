"""Playing recorded dialogues against the engine: a scripted performer, and a reader of transcripts."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifications.flows import engine, shelf, terminal
from notifications.flows.engine import Effect, Result, Turn

HERE = Path(__file__).with_name("transcripts")
# Wednesday 18 November 2026, 10:00 in Shanghai, 03:00 in Madrid.
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@dataclass
class Scripted:
    """Performs nothing; answers as told, else as if all went well; remembers what was asked of it."""

    language: str
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    done: list[Effect] = field(default_factory=list)

    def __call__(self, effect: Effect) -> Result:
        self.done.append(effect)
        planned = self.outcomes.get(effect.name)
        outcome = planned.pop(0) if planned else "OK"
        usual = terminal.pretended(now=NOW, zone=terminal.sample_zone(self.language))(effect)
        return Result(outcome, usual.values if outcome in ("OK", "DANGER", "DISSATISFIED") else {})


def begin(key: str, *, language: str = "en", entry: str = "start", perform: Scripted | None = None) -> Turn:
    """Start a shipped flow with sample values."""
    flow = shelf.shipped(key)
    return engine.start(
        flow,
        values=terminal.sample_values(flow, language=language, now=NOW),
        language=language,
        zone=terminal.sample_zone(language),
        now=NOW,
        perform=perform or Scripted(language),
        entry=entry,
        token="t",
    )


def answer(turn: Turn, text: str, *, payload: str = "", perform: Scripted | None = None) -> Turn:
    """Answer the open question of a turn."""
    flow = shelf.shipped(turn.state["flow"])
    doer = perform or Scripted(turn.state["language"])
    return engine.resume(flow, turn.state, text=text, payload=payload, now=NOW, perform=doer)


def transcripts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every recorded dialogue with its name."""
    for path in sorted(HERE.glob("*.toml")):
        for dialogue in tomllib.loads(path.read_text(encoding="utf-8"))["dialogue"]:
            yield f"{path.stem}: {dialogue['name']}", dialogue
