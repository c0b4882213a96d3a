"""Templates under the names and keys by which a provider has approved them, as an account's settings list them.

The setting `templates` has a line for each: our name, its language (or * for all), the provider's code, and the keys
of its places in the order of our parameters: "visit_reminder zh-hans SMS_154950909 name plate time".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from channels_app.contract import Account, Template
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


def approved(account: Account, template: Template) -> Approved:
    """This function will say what the provider knows a template as.

    Raises: Rejected when the account does not list it in this language, or lists other places than it fills; what goes
    by other templates is not concerned.
    """
    known = _known(account)
    found = known.get((template.name, template.language.lower())) or known.get((template.name, ANY_LANGUAGE))
    if found is None:
        raise Rejected("TEMPLATE_UNKNOWN")
    code, *keys = found
    if len(keys) != len(template.parameters):
        raise Rejected("TEMPLATE_PARAMETERS")
    return Approved(code, dict(zip(keys, template.parameters, strict=True)))


def codes(account: Account) -> set[str]:
    """This function will list the provider's codes that the account names."""
    return {code for code, *_keys in _known(account).values()}


def _known(account: Account) -> dict[tuple[str, str], list[str]]:
    lines = [line.split() for line in account.settings.get(SETTING, "").splitlines()]
    return {(line[0], line[1].lower()): line[2:] for line in lines if len(line) > len(("name", "language"))}
