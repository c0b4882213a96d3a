"""Over the border: claimed messages to their channel, and what the channel says back as tellings.

No transaction is open here, and nothing is written.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from types import MappingProxyType

from channels_app.contract import Account, Channel, NotSent, Outcome, Outgoing, Sent
from channels_app.errors import ChannelError, OptedOut, Rejected, Throttled, Uncertain
from notifications.outbox import letters, rules
from notifications.outbox.claiming import Leaving
from notifications.outbox.moving import Telling
from notifications.outbox.rules import Happening
from tenants.scope import current_dealer

logger = logging.getLogger(__name__)

NO_PATIENCE: Mapping[str, timedelta] = MappingProxyType({})


@dataclass(frozen=True)
class HandedOver:
    """What came of one call: a telling for each message, and what concerns more than one message."""

    tellings: list[Telling]
    throttled_until: datetime | None
    # By message: the purposes that the provider's opt-out binds, none for all.
    opted_out: dict[int, tuple[str, ...]]

    @property
    def provider_ids(self) -> list[str]:
        """The provider's ids that came back, as they are kept."""
        return [rules.kept_id(telling.provider_id) for telling in self.tellings if telling.provider_id]


def wire_id(message_id: int) -> str:
    """This function will name a message for a provider: dealers share accounts, and their ids repeat."""
    return f"{current_dealer().id}-{message_id}"


def read_wire_id(text: str) -> int | None:
    """This function will give our id of a name that came back, or None if it is not this dealer's."""
    dealer, _, message = text.partition("-")
    is_ours = dealer == str(current_dealer().id) and message.isascii() and message.isdigit() and len(message) < 19
    return int(message) if is_ours else None


def hand_over(
    channel: Channel,
    account: Account,
    leaving: Sequence[Leaving],
    *,
    now: datetime,
    patience: Mapping[str, timedelta] = NO_PATIENCE,
) -> HandedOver:
    """This function will send a claimed batch and say what became of each message.

    patience: by purpose, how long a message sent may stay without a receipt before the next channel is looked for.
    """
    if not leaving:
        return HandedOver(tellings=[], throttled_until=None, opted_out={})
    is_mail = channel.capabilities.address_kind == "EMAIL"
    may_go = [one for one in leaving if one.is_window_open or one.template]
    outcomes = _send(channel, account, [_mail(one) if is_mail else _outgoing(one) for one in may_go]) if may_go else {}
    outcomes = {**{wire_id(one.id): _closed(one) for one in leaving}, **outcomes}
    errors = {one.id: _error_of(outcomes.get(wire_id(one.id))) for one in leaving}
    throttled = [error for error in errors.values() if isinstance(error, Throttled) and not error.is_of_one]
    return HandedOver(
        tellings=[_telling(one, outcomes.get(wire_id(one.id)), now=now, patience=patience) for one in leaving],
        throttled_until=max((rules.pause_until(error, now=now) for error in throttled), default=None),
        opted_out={message_id: error.purposes for message_id, error in errors.items() if isinstance(error, OptedOut)},
    )


def postponed(leaving: Sequence[Leaving], *, until: datetime) -> list[Telling]:
    """This function will tell that claimed messages were not handed over after all."""
    return [
        Telling(one.id, Happening.GIVE_BACK, lease_token=one.lease_token, until=until, is_no_try=True)
        for one in leaving
    ]


def _send(channel: Channel, account: Account, batch: list[Outgoing]) -> Mapping[str, Outcome]:
    try:
        return {outcome.message_id: outcome for outcome in channel.send(account, batch)}
    except ChannelError as error:
        return {message.message_id: NotSent(message.message_id, error) for message in batch}
    except Exception:
        # A channel's own defect must not decide that nothing was sent: the whole batch is in doubt.
        logger.exception("a channel broke its contract")
        return {}


def _closed(leaving: Leaving) -> Outcome:
    """Free words outside of a window are not even tried; nobody knows what became of what a channel was silent on."""
    error = Uncertain("no outcome") if leaving.is_window_open or leaving.template else Rejected("WINDOW_CLOSED")
    return NotSent(wire_id(leaving.id), error)


def _error_of(outcome: Outcome | None) -> ChannelError | None:
    if outcome is None:
        return Uncertain("no outcome")
    return outcome.error if isinstance(outcome, NotSent) else None


def _telling(leaving: Leaving, outcome: Outcome | None, *, now: datetime, patience: Mapping[str, timedelta]) -> Telling:
    if isinstance(outcome, Sent):
        waits = None if leaving.is_answer else patience.get(leaving.purpose)
        return Telling(
            leaving.id,
            Happening.SENT,
            lease_token=leaving.lease_token,
            provider_id=outcome.provider_id,
            until=now + waits if waits else None,
        )
    error = _error_of(outcome) or Uncertain()
    happening = rules.happening_after(error, tries=leaving.tries)
    return Telling(
        leaving.id,
        happening,
        lease_token=leaving.lease_token,
        error=error.code,
        detail=error.detail,
        until=_until(happening, error, tries=leaving.tries, now=now),
        is_no_try=isinstance(error, Throttled),
    )


def _until(happening: Happening, error: ChannelError, *, tries: int, now: datetime) -> datetime | None:
    if happening == Happening.DOUBT:
        return now + rules.DOUBT_LASTS
    if isinstance(error, Throttled):
        return rules.pause_until(error, now=now)
    return rules.retry_at(tries, now=now, chance=random())  # noqa: S311 - spreads load, guards nothing


def _outgoing(leaving: Leaving) -> Outgoing:
    return Outgoing(
        message_id=wire_id(leaving.id),
        to=leaving.address,
        text=leaving.text,
        subject=leaving.subject,
        buttons=leaving.buttons,
        language=leaving.language,
        unsubscribe_url=leaving.unsubscribe_url,
        reply_to=leaving.reply_to,
        attachments=leaving.attachments,
        template=leaving.template,
    )


def _mail(leaving: Leaving) -> Outgoing:
    content = letters.Content(
        said=leaving.text,
        language=leaving.language,
        dealer=current_dealer().shown_name,
        subject=leaving.subject,
        purpose=leaving.purpose,
        pages=leaving.pages,
        preferences_url=leaving.preferences_url,
        unsubscribe_url=leaving.unsubscribe_url,
    )
    letter = letters.letter_of(content)
    return replace(_outgoing(leaving), subject=letter.subject, text=letter.text, html=letter.html)
