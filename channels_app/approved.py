"""Templates under the names and keys by which a provider has approved them, as an account's settings list them.

The setting `templates` has a line for each: our name, its language (or * for all), the provider's code, and what it
calls our places: nothing where it has our own names, all of them in the order of our text, or a few as key=place:

    maintenance_reminder.opening zh-hans SMS_154950909
    appointment.confirmation * ngqIpbwh8bUfcSsECmogfXcV1 thing1=vehicle time2=appointment_at
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from channels_app.contract import Template
from channels_app.errors import Rejected

SETTING = "templates"
ANY_LANGUAGE = "*"
# Some two hundred lines.
LONGEST_LIST = 20_000


@dataclass(frozen=True)
class Approved:
    """A provider's template, and what fills its places by their keys."""

    code: str
    values: Mapping[str, str]


def approved(settings: Mapping[str, str], template: Template) -> Approved:
    """This function will say what the provider knows a template as.

    Raises: Rejected when the settings do not list it in this language, or list other places than it fills; what goes
    by other templates is not concerned.
    """
    known = _known(settings.get(SETTING, ""))
    found = known.get((template.name, template.language.lower())) or known.get((template.name, ANY_LANGUAGE))
    if found is None:
        raise Rejected("TEMPLATE_UNKNOWN")
    code, *keys = found
    return Approved(code, _values(keys, template))


def code_of(settings: Mapping[str, str], template: Template) -> str:
    """This function will give the code by which a message of this template could go; empty where it could not."""
    try:
        return approved(settings, template).code
    except Rejected:
        return ""


def codes(settings: Mapping[str, str]) -> set[str]:
    """This function will list the provider's codes that the settings name."""
    return {code for code, *_keys in _known(settings.get(SETTING, "")).values()}


def _values(keys: Sequence[str], template: Template) -> dict[str, str]:
    # Places without names are numbered.
    places = template.places or [str(number) for number, _ in enumerate(template.parameters, start=1)]
    by_place = dict(zip(places, template.parameters, strict=False))
    pairs = [key.partition("=") for key in keys or places]
    try:
        if any(is_paired for _, is_paired, _ in pairs):
            return {key: by_place[place] for key, _, place in pairs}
        if {key for key, _, _ in pairs} == set(by_place):
            return {key: by_place[key] for key, _, _ in pairs}
        return dict(zip([key for key, _, _ in pairs], template.parameters, strict=True))
    except (KeyError, ValueError):
        raise Rejected("TEMPLATE_PARAMETERS") from None


@lru_cache(maxsize=64)
def _known(listed: str) -> dict[tuple[str, str], list[str]]:
    """Kept for the few lists that a process sees again and again; no secret is in them."""
    lines = [line.split() for line in listed.splitlines()]
    return {(line[0], line[1].lower()): line[2:] for line in lines if len(line) > len(("name", "language"))}
