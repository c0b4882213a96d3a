"""What the console says: a screen's texts by their key, as its own files hold them."""

import json
from functools import cache
from typing import Any

from tests.browser.house import ROOT


@cache
def _texts(screen: str, language: str) -> dict[str, Any]:
    path = ROOT / "frontend" / "console" / "src" / "screens" / screen / "texts" / f"{language}.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def said(screen: str, key: str, *, language: str = "en", **holes: object) -> str:
    """Return a text of a screen with its holes filled."""
    text: Any = _texts(screen, language)
    for part in key.split("."):
        text = text[part]
    for name, value in holes.items():
        text = text.replace("{{" + name + "}}", str(value))
    return str(text)
