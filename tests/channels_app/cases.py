"""What every channel must prove, as a table: a channel's test gives a rig and inherits the cases.

A rig is the channel with a provider double at its other end.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

import pytest

from channels_app import rotation
from channels_app.contract import (
    Account,
    Channel,
    Inbound,
    NotSent,
    Outgoing,
    RawRequest,
    Receipt,
    ReceiptStatus,
    Sent,
    Template,
)
from channels_app.errors import Forged, Misconfigured, OptedOut, Rejected, Throttled, Unavailable, Uncertain, Unreadable

# In the names of headers, and of fields of the address, by which providers prove themselves.
PROOF = re.compile("sign|secret", re.IGNORECASE)


@dataclass(frozen=True)
class Traits:
    """What a provider's own protocol does not do, so that its channel can't; a rig that names none has the best.

    signs_bodies: the proof covers what the call says. Where it is a secret beside the body, whoever has seen one call
    can make another: such a secret must reach nobody's log.
    says: the words about a message that arrives, in their order; none where there are no receipts.
    names_ours: receipts carry our own id; else they are tied to the message by the provider's.
    template: stands for the text in whatever is sent, where a provider takes nothing else.
    """

    signs_bodies: bool = True
    says: tuple[ReceiptStatus, ...] = ("sent", "delivered")
    names_ours: bool = True
    template: Template | None = None


BEST = Traits()


class Rig(Protocol):
    """A channel, an account and the provider double that answers it; `traits` beside them where it lacks something."""

    channel: Channel
    account: Account
    # Whether the provider signs the time too; where it does not, a repeat is caught by its id alone.
    has_timestamps: bool

    def misbehaving(self, how: str) -> Account:
        """Give the account at a provider that does this: throttle, fail, opted-out, timeout-after-accept."""

    def accepted(self) -> list[str]:
        """List our message ids in the order in which the provider took them, repeats included."""

    def receipts(self) -> list[RawRequest]:
        """Give the provider's signed calls that say "sent" and "delivered" of all it took."""

    def shuffled(self, requests: list[RawRequest]) -> list[RawRequest]:
        """Give the same events in another order, signed again."""

    def reply(self, text: str) -> RawRequest:
        """Give the provider's signed call with a text of an owner."""

    def unreadable(self) -> RawRequest:
        """Give a genuine call that makes no sense."""


# An owner's address of each kind, by number.
ADDRESSES = {"PHONE": "+346000{:05d}", "EMAIL": "anna{}@example.com", "CHAT": "+346000{:05d}"}


def outgoing(count: int, rig: Rig | None = None, *, text: str = "Your car is ready.") -> list[Outgoing]:
    """Make messages to different owners, at addresses and of a form such as the rig's channel takes."""
    kind = rig.channel.capabilities.address_kind if rig else "PHONE"
    addresses = [ADDRESSES[kind].format(n) for n in range(count)]
    form = traits_of(rig).template
    return [Outgoing(message_id=f"1-{n}", to=to, text=text, template=form) for n, to in enumerate(addresses)]


def traits_of(rig: Rig | None) -> Traits:
    """Return what the rig says of its provider, or the best."""
    found = getattr(rig, "traits", BEST)
    assert isinstance(found, Traits)
    return found


def heard(rig: Rig, requests: Sequence[RawRequest]) -> list[Inbound | Receipt]:
    """Return what genuine calls say."""
    for request in requests:
        rig.channel.verify(rig.account, request)
    return [event for request in requests for event in rig.channel.parse(rig.account, request)]


def _forged(fields: dict[str, str]) -> dict[str, str]:
    return {name: "é" * 64 if PROOF.search(name) else value for name, value in fields.items()}


def a_good_batch_is_taken_whole_and_answered_in_order(rig: Rig) -> None:
    batch = outgoing(3, rig)

    outcomes = rig.channel.send(rig.account, batch)

    assert [outcome.message_id for outcome in outcomes] == ["1-0", "1-1", "1-2"]
    assert all(isinstance(outcome, Sent) and outcome.provider_id for outcome in outcomes)
    assert sorted(rig.accepted()) == ["1-0", "1-1", "1-2"]


def a_receipt_is_of_the_message_it_speaks_of(rig: Rig) -> None:
    traits = traits_of(rig)
    if not traits.says:
        pytest.skip("this provider has no receipts")
    [sent] = rig.channel.send(rig.account, outgoing(1, rig))

    receipts = heard(rig, rig.receipts())

    assert isinstance(sent, Sent)
    assert [(r.message_id, r.provider_id, r.status) for r in receipts if isinstance(r, Receipt)] == [
        ("1-0" if traits.names_ours else "", sent.provider_id, word) for word in traits.says
    ]


def a_reply_is_read(rig: Rig) -> None:
    request = rig.reply("８，gracias 谢谢")

    rig.channel.verify(rig.account, request)
    [reply] = rig.channel.parse(rig.account, request)

    assert isinstance(reply, Inbound)
    assert (reply.text, reply.is_automatic) == ("８，gracias 谢谢", False)
    assert reply.provider_id
    assert reply.sender


def a_forged_signature_is_refused(rig: Rig) -> None:
    request = rig.reply("8")
    headers, query = dict(request.headers), parse_qsl(request.query)
    forged = replace(request, headers=_forged(headers), query=urlencode(_forged(dict(query))))

    assert forged != request
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, forged)


def a_missing_signature_is_refused(rig: Rig) -> None:
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(rig.reply("8"), headers={}, query=""))


def one_changed_byte_is_refused(rig: Rig) -> None:
    if not traits_of(rig).signs_bodies:
        pytest.skip("this provider signs no body")
    request = rig.reply("8")
    changed = request.body.replace(b"8", b"9", 1)

    assert changed != request.body
    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(request, body=changed))


def another_accounts_signature_is_refused(rig: Rig) -> None:
    stranger = replace(rig.account, settings={name: value + "x" for name, value in rig.account.settings.items()})

    with pytest.raises(Forged):
        rig.channel.verify(stranger, rig.reply("8"))


def an_old_request_is_refused(rig: Rig) -> None:
    if not rig.has_timestamps:
        pytest.skip("this provider signs no time")
    request = rig.reply("8")

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, replace(request, received_at=request.received_at + timedelta(hours=1)))


def a_repeated_request_gives_the_same_events(rig: Rig) -> None:
    rig.channel.send(rig.account, outgoing(2, rig))
    requests = rig.receipts()

    first, again = heard(rig, requests), heard(rig, requests)

    assert first == again
    assert len({event.event_id for event in first if isinstance(event, Receipt)}) == len(first)


def shuffled_receipts_are_the_same_receipts(rig: Rig) -> None:
    rig.channel.send(rig.account, outgoing(5, rig))
    requests = rig.receipts()

    assert set(heard(rig, rig.shuffled(requests))) == set(heard(rig, requests))


def a_throttled_account_learns_how_long_to_wait(rig: Rig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("throttle"), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Throttled)
    assert outcome.error.retry_after_seconds > 0
    assert outcome.error.is_certain_not_sent
    assert rig.accepted() == []


def an_unavailable_provider_took_nothing(rig: Rig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("fail"), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Unavailable)
    assert rig.accepted() == []


def an_opted_out_address_is_named_so(rig: Rig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("opted-out"), outgoing(1, rig))

    if isinstance(outcome, NotSent):
        assert isinstance(outcome.error, OptedOut)
    else:
        # This provider takes everything, and says what it held back afterwards.
        assert "opted_out" in {one.status for one in heard(rig, rig.receipts()) if isinstance(one, Receipt)}


def an_unreadable_request_is_named_so(rig: Rig) -> None:
    request = rig.unreadable()

    rig.channel.verify(rig.account, request)
    with pytest.raises(Unreadable):
        rig.channel.parse(rig.account, request)


def a_text_too_long_fails_alone(rig: Rig) -> None:
    fitting = outgoing(2, rig)
    batch = [fitting[0], replace(fitting[1], text="字" * (rig.channel.capabilities.max_length + 1))]

    sent, refused = rig.channel.send(rig.account, batch)

    assert isinstance(sent, Sent)
    assert isinstance(refused, NotSent)
    assert isinstance(refused.error, Rejected)


def a_timeout_after_accepting_is_uncertain(rig: Rig) -> None:
    [outcome] = rig.channel.send(rig.misbehaving("timeout-after-accept"), outgoing(1, rig))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, Uncertain)
    assert not outcome.error.is_certain_not_sent
    assert rig.accepted() == ["1-0"]


def hostile_texts_do_not_break_the_batch(rig: Rig) -> None:
    texts = ["\x00", "\ud800", "𝕏👩‍👩‍👧‍👦", "{{7*7}}", "=cmd()", "' OR 1=1 --", "\u202e"]
    batch = [replace(message, text=text) for message, text in zip(outgoing(len(texts), rig), texts, strict=True)]

    outcomes = rig.channel.send(rig.account, batch)

    assert len(outcomes) == len(texts)


def a_provider_that_can_be_asked_knows_what_it_took(rig: Rig) -> None:
    if not rig.channel.capabilities.lookup:
        pytest.skip("this provider cannot be asked")
    rig.channel.send(rig.misbehaving("timeout-after-accept"), outgoing(1, rig))

    found = rig.channel.lookup(rig.account, ["1-0", "1-77"])

    assert [receipt.message_id for receipt in found] == ["1-0"]


def its_form_declares_what_an_account_is_told(rig: Rig) -> None:
    form, told = rig.channel.form, rig.account.settings

    # What the house itself tells the simulator, nobody is asked for.
    undeclared = [name for name in told if form.setting(name) is None and rig.account.kind != "simulator"]
    bare = replace(rig.account, settings={})

    assert undeclared == []
    assert form.takes(form.address_example)
    assert len({one.name for one in form.settings}) == len(form.settings)
    if any(one.is_required for one in form.settings):
        with pytest.raises(Misconfigured):
            form.require(bare)


def while_a_secret_changes_both_are_good_and_then_the_new_one(rig: Rig) -> None:
    request, told = rig.reply("8"), rig.account.settings
    signing = [one.name for one in rig.channel.form.settings if one.signs and told.get(one.name)]
    if not signing:
        pytest.skip("nothing that people set proves this provider's calls")
    soon, over = request.received_at + timedelta(hours=1), request.received_at + rotation.LASTS
    proving = [name for name in signing if not _proves(rig, {**told, name: f"{told[name]}x"}, request)]
    assert proving

    for name in proving:
        changed = rotation.changed(told, name, f"{told[name]}x", now=request.received_at)
        renewed = rotation.changed({**told, name: f"{told[name]}x"}, name, told[name], now=request.received_at)

        assert _proves(rig, changed, request, at=soon)
        assert not _proves(rig, changed, request, at=over)
        assert not _proves(rig, rotation.forgotten(changed, name), request, at=soon)
        assert _proves(rig, renewed, request, at=soon)
        assert _proves(rig, renewed, request, at=over)


def _proves(rig: Rig, settings: Mapping[str, str], request: RawRequest, *, at: datetime | None = None) -> bool:
    account = rotation.in_force(replace(rig.account, settings=settings), at=at or request.received_at)
    try:
        rig.channel.verify(account, request)
    except Forged:
        return False
    return True


CASES: tuple[Callable[[Rig], None], ...] = (
    a_good_batch_is_taken_whole_and_answered_in_order,
    a_receipt_is_of_the_message_it_speaks_of,
    a_reply_is_read,
    a_forged_signature_is_refused,
    a_missing_signature_is_refused,
    one_changed_byte_is_refused,
    another_accounts_signature_is_refused,
    an_old_request_is_refused,
    a_repeated_request_gives_the_same_events,
    shuffled_receipts_are_the_same_receipts,
    a_throttled_account_learns_how_long_to_wait,
    an_unavailable_provider_took_nothing,
    an_opted_out_address_is_named_so,
    an_unreadable_request_is_named_so,
    a_text_too_long_fails_alone,
    a_timeout_after_accepting_is_uncertain,
    hostile_texts_do_not_break_the_batch,
    a_provider_that_can_be_asked_knows_what_it_took,
    its_form_declares_what_an_account_is_told,
    while_a_secret_changes_both_are_good_and_then_the_new_one,
)
