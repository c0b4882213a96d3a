"""Templates as WhatsApp has them: named and numbered in its own way, with buttons that were approved with the text.

An account's list gives the name at Meta, and the language there where it is another than ours: "car_ready/es_MX".
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from channels_app.approved import approved
from channels_app.contract import Button, Template

PLACE = re.compile(r"\{([a-z0-9_]+)\}")
NOT_OF_NAMES = re.compile(r"[^a-z0-9]+")
# What Meta calls languages of ours, where it is not the same.
LANGUAGES: Mapping[str, str] = {"zh-hans": "zh_CN"}
# Source: Cloud API, template components: quick reply buttons, and how long their words may be.
MOST_BUTTONS, LONGEST_LABEL = 10, 25


def filled(settings: Mapping[str, str], template: Template, buttons: Sequence[Button]) -> dict[str, Any]:
    """This function will write a template as a message's content. Raises: Rejected where the account lists none."""
    known = approved(settings, template)
    name, _, language = known.code.partition("/")
    places = [{"type": "text", "text": one} for one in known.values.values()]
    body = [{"type": "body", "parameters": places}] if places else []
    tappable = buttons if _are_fit([one.label for one in buttons]) else ()
    taps = [_tap(number, button) for number, button in enumerate(tappable)]
    return {"name": name, "language": {"code": language or _language(template.language)}, "components": [*body, *taps]}


def submission(text: str, *, name: str, language: str, buttons: Sequence[str]) -> str:
    """This function will write what is to be submitted: name and language, the text, and its buttons."""
    numbers = dict(zip(dict.fromkeys(PLACE.findall(text)), count(1), strict=False))
    body = PLACE.sub(lambda found: f"{{{{{numbers[found[1]]}}}}}", text)
    taps = [f"[{label}]" for label in buttons] if _are_fit(buttons) else []
    return "\n".join([f"{NOT_OF_NAMES.sub('_', name)} {_language(language)}", body, *taps])


def _language(code: str) -> str:
    return LANGUAGES.get(code, code)


def _are_fit(labels: Sequence[str]) -> bool:
    """Where one of them cannot be approved there are none, and the numbers in the text are answered."""
    return len(labels) <= MOST_BUTTONS and all(len(label) <= LONGEST_LABEL for label in labels)


def _tap(number: int, button: Button) -> dict[str, Any]:
    return {
        "type": "button",
        "sub_type": "quick_reply",
        "index": str(number),
        "parameters": [{"type": "payload", "payload": button.payload}],
    }
