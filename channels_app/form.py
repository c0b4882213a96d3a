"""What an account of a channel must be told: declared by each channel as data, checked by one rule for all of them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from channels_app.contract import Account
from channels_app.errors import Misconfigured

# How a setting is asked for; a host is a name or an address without a port.
Input = Literal["text", "url", "host", "choice", "number", "multiline"]
# What can be wrong with a setting that somebody gives.
Fault = Literal["missing", "unknown", "unusable", "not_allowed"]

EMAIL = r"[^@\s]{1,64}@[^@\s]{3,55}"
# International, or a short code.
PHONE = r"\+?[0-9]{3,15}"
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Setting:
    """One thing an account is told.

    is_made: left empty, the house makes one when the account is opened. signs: the provider's calls are proved with it,
    so that while it is being changed the one before is good as well (see rotation). hosts: the provider's own domains,
    for an address of its API; others are the operator's to allow.
    """

    name: str
    input: Input = "text"
    is_secret: bool = False
    is_required: bool = False
    is_made: bool = False
    signs: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    longest: int = 500
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """What opens an account: the sender's address as owners see it, and its settings in the order they are asked."""

    address_pattern: str
    address_example: str
    settings: tuple[Setting, ...] = ()

    def takes(self, address: str) -> bool:
        """This function will say whether a sender of this channel can have such an address."""
        return re.fullmatch(self.address_pattern, address) is not None

    def setting(self, name: str) -> Setting | None:
        """This function will give a setting by its name, or None."""
        return next((one for one in self.settings if one.name == name), None)

    def faults(self, given: Mapping[str, str], *, allowed_hosts: Collection[str]) -> dict[str, Fault]:
        """This function will say what is wrong with settings, by name: nothing of what they hold.

        allowed_hosts: other places than the providers' own that this house may call.
        """
        unknown: dict[str, Fault] = {name: "unknown" for name in given if self.setting(name) is None}
        found = {one.name: _fault(one, given.get(one.name, ""), allowed_hosts) for one in self.settings}
        return unknown | {name: fault for name, fault in found.items() if fault}

    def require(self, account: Account) -> None:
        """This function will return when nothing is missing. Raises: Misconfigured, which names what is."""
        missing = [one.name for one in self.settings if one.is_required and not account.settings.get(one.name)]
        if missing:
            raise Misconfigured(f"the {account.kind} account lacks {', '.join(missing)}")


def _fault(setting: Setting, value: str, allowed_hosts: Collection[str]) -> Fault | None:
    if not value:
        return "missing" if setting.is_required else None
    if not _is_usable(setting, value):
        return "unusable"
    if setting.input == "url" and not _may_call(setting.hosts, value, allowed_hosts):
        return "not_allowed"
    if setting.input == "host" and is_inside(value) and value not in allowed_hosts:
        return "not_allowed"
    return None


def _is_usable(setting: Setting, value: str) -> bool:
    if len(value) > setting.longest or "\x00" in value or (setting.input != "multiline" and not value.isprintable()):
        return False
    if setting.choices and value not in setting.choices:
        return False
    if setting.pattern and re.fullmatch(setting.pattern, value) is None:
        return False
    return _READERS[setting.input](value) if setting.input in _READERS else True


def _may_call(hosts: Iterable[str], value: str, allowed_hosts: Collection[str]) -> bool:
    """A dealer must not have the house call whatever it likes: what is not the provider's, the operator allows."""
    parts = urlsplit(value)
    host = parts.hostname or ""
    is_providers = any(host == one or host.endswith(f".{one}") for one in hosts)
    return (parts.scheme == "https" and is_providers) or host in allowed_hosts


def is_inside(host: str) -> bool:
    """This function will say whether a host is plainly none of the public network's: this machine, or a bare number."""
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith((".localhost", ".internal", ".local")) or name.replace(".", "").isdigit()


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None and not parts.query
    except ValueError:
        return False


def _is_host(value: str) -> bool:
    return HOST.fullmatch(value) is not None


def _is_number(value: str) -> bool:
    return NUMBER.fullmatch(value) is not None


_READERS: Mapping[Input, Callable[[str], bool]] = {"url": _is_url, "host": _is_host, "number": _is_number}
