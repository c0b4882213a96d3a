"""Which templates a provider must approve before all that the current dealer's flows say may go over an account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels_app import approved, registry
from channels_app.contract import Approving, Capabilities, Template
from notifications.channels.models import ChannelAccount
from notifications.flows import languages, patterns, store
from notifications.flows.patterns import Filled, Pattern, Sender
from notifications.outbox.accounts import settings_of
from notifications.planning.kinds import shipped
from tenants.scope import current_dealer


@dataclass(frozen=True)
class Needed:
    """One text to be approved, as the provider wants to read it; its places are in the order of our own.

    is_opening: a plan begins with it, so that without it nobody is written to first. code: what the provider knows it
    as; empty where the account does not list it with all its places.
    """

    name: str
    language: str
    text: str
    places: tuple[str, ...]
    buttons: tuple[str, ...]
    is_opening: bool
    code: str = ""


def needed(
    kind: str, settings: Mapping[str, str], *, spoken: Sequence[str] = (), is_shared: bool = False
) -> list[Needed]:
    """This function will list what an account of a kind needs, by language, those that begin dialogues first.

    spoken: languages by their codes; none means all. is_shared: other dealers write from it too. A channel that takes
    free words at any time needs nothing.
    """
    channel = registry.get(kind)
    if channel.capabilities.window_hours is None or not isinstance(channel, Approving):
        return []
    return [
        _needed(channel, one, settings, is_opening=is_opening)
        for language in spoken or languages.codes()
        for one, is_opening in _patterns(_sender(language, channel.capabilities, is_shared=is_shared))
    ]


def needed_of(account: ChannelAccount, *, spoken: Sequence[str] = ()) -> list[Needed]:
    """This function will list what an account needs; a shared one lists what its sender does."""
    if registry.get(account.kind).capabilities.window_hours is None:
        return []
    is_shared = account.shared_sender_id is not None
    return needed(account.kind, settings_of(account), spoken=spoken, is_shared=is_shared)


def sample(one: Needed) -> dict[str, Any]:
    """This function will fill a text for trying, as a message keeps it: each place with its own name."""
    own = {patterns.DEALER: current_dealer().shown_name}
    return Filled(one.name, tuple((place, own.get(place, place)) for place in one.places)).kept()


def missing(account: ChannelAccount) -> list[str]:
    """This function will name the openings that an account lacks in the dealer's own language."""
    found = needed_of(account, spoken=[current_dealer().language])
    return [one.name for one in found if one.is_opening and not one.code]


def _sender(language: str, can: Capabilities, *, is_shared: bool) -> Sender:
    return Sender(current_dealer().shown_name, language, can.links, is_shared=is_shared)


def _patterns(sender: Sender) -> Iterable[tuple[Pattern, bool]]:
    flows = [flow for flow in store.in_force() if sender.language in flow.languages]
    entries = {(kind.flow, kind.entry) for kind in shipped().kinds.values()}
    openings = {
        one.name
        for flow in flows
        for entry in flow.entries
        if (flow.key, entry) in entries
        for one in patterns.openings(flow, entry, sender)
    }
    said = [one for flow in flows for one in patterns.of_flow(flow, sender)] + patterns.of_house(sender)
    marked = [(one, one.name in openings) for one in said]
    return sorted(marked, key=lambda pair: not pair[1])


def _needed(channel: Approving, one: Pattern, settings: Mapping[str, str], *, is_opening: bool) -> Needed:
    sample = Template(one.name, one.language, one.places, one.places)
    return Needed(
        name=one.name,
        language=one.language,
        text=channel.submission(one.text, name=one.name, language=one.language, buttons=one.buttons),
        places=one.places,
        buttons=one.buttons,
        is_opening=is_opening,
        code=approved.code_of(settings, sample),
    )
