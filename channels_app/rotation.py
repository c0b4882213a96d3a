"""Changing a secret that proves a provider's calls, without a call lost: for a while the one before is good as well.

The one before stands among the settings as `<name>_before`, its end as `<name>_before_until`; both are kept by the
house and never asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from channels_app.contract import Account

BEFORE, UNTIL = "_before", "_before_until"
# Longer than providers repeat a call that was not taken, and than people need to set the new one everywhere.
LASTS = timedelta(days=7)


def secrets_of(account: Account, *names: str) -> tuple[str, ...]:
    """This function will list what proves a call: of each name the one that holds, and the one before where kept."""
    found = (account.settings.get(f"{name}{end}", "") for name in names for end in ("", BEFORE))
    return tuple(one for one in found if one)


def in_force(account: Account, *, at: datetime) -> Account:
    """This function will give the account without secrets whose time has ended."""
    kept = {name: value for name, value in account.settings.items() if not _has_ended(account.settings, name, at)}
    return account if len(kept) == len(account.settings) else replace(account, settings=kept)


def changed(settings: Mapping[str, str], name: str, value: str, *, now: datetime) -> dict[str, str]:
    """This function will give the settings with a new secret, and the present one as the one before."""
    if not settings.get(name) or settings[name] == value:
        return {**settings, name: value}
    return {**settings, name: value, f"{name}{BEFORE}": settings[name], f"{name}{UNTIL}": (now + LASTS).isoformat()}


def forgotten(settings: Mapping[str, str], name: str) -> dict[str, str]:
    """This function will give the settings without the secret before."""
    return {key: value for key, value in settings.items() if key not in (f"{name}{BEFORE}", f"{name}{UNTIL}")}


def before_until(settings: Mapping[str, str], name: str) -> datetime | None:
    """This function will say until when the secret before is good; None where there is none, or it has no end."""
    until = settings.get(f"{name}{UNTIL}", "")
    return datetime.fromisoformat(until) if until else None


def _has_ended(settings: Mapping[str, str], name: str, at: datetime) -> bool:
    if not name.endswith(BEFORE):
        return False
    until = before_until(settings, name.removesuffix(BEFORE))
    return until is not None and until <= at
