"""Which dealer an owner's words are for: by what they stop, point at or answer, else by who wrote last; or one asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels_app.contract import DEEP_LINK, Inbound
from notifications.flows.grammar import alarms, keywords
from notifications.flows.grammar.keywords import Keyword
from notifications.inbound import expecting, standing
from notifications.outbox.rules import kept_id
from notifications.shared import arrivals, asking, giving, hashing, rules, stopping, talks
from notifications.shared.models import Arrival, SharedSender, Sharing, Talk
from notifications.shared.operations import sharings_of
from notifications.shared.rules import Speaker
from notifications.shared.sealing import Kept, sealed_words


@dataclass(frozen=True)
class Heard:
    """An owner's words with who wrote to them, in their address's turn."""

    sender: SharedSender
    hashed: str
    kept: Kept
    sharings: Mapping[int, Sharing]
    talks: Sequence[Talk]
    now: datetime

    @property
    def said(self) -> Inbound:
        """What was said."""
        return self.kept.said

    @property
    def last(self) -> int | None:
        """Who wrote last; else whose strangers are, or the only dealer there is."""
        only = next(iter(self.sharings)) if len(self.sharings) == 1 else None
        default = self.sender.default_dealer_id if self.sender.default_dealer_id in self.sharings else None
        return rules.last_of([_speaker(one) for one in self.talks]) or default or only


def place(sender: SharedSender, kept: Kept, *, now: datetime) -> None:
    """This function will give an owner's words to the dealer whose they are, or keep them and ask once whose.

    Call it in the address's turn, in the public scope and the transaction that stores.
    """
    hashed = hashing.address_hash(sender.pk, kept.said.sender)
    sharings = {one.dealer_id: one for one in sharings_of(sender.pk)}
    known = [one for one in talks.talks_with(sender.pk, hashed) if one.dealer_id in sharings]
    heard = Heard(sender, hashed, kept, sharings, known, now)
    if _takes_standing(heard) or _answers_which(heard):
        return
    pointed = _pointed_at(heard)
    if pointed is not None:
        _give(heard, pointed)
    elif heard.said.is_automatic or not known:
        _give(heard, heard.last)
    else:
        _judge(heard)


def _takes_standing(heard: Heard) -> bool:
    """Stop and its like hold for the whole sender; the dealer that wrote last confirms."""
    meaning = Keyword.OPT_OUT if heard.said.is_parting else _meaning(heard)
    if meaning is None:
        return False
    if meaning is Keyword.OPT_OUT:
        stopping.stop(heard.sender, heard.said, confirmed_by=heard.last, now=heard.now)
        asking.end(heard.sender, heard.hashed, now=heard.now)
    if meaning is Keyword.OPT_IN:
        stopping.start(heard.sender, heard.said, confirmed_by=heard.last, now=heard.now)
    _give(heard, heard.last)
    return True


def _meaning(heard: Heard) -> Keyword | None:
    said = heard.said
    if said.payload or said.is_automatic:
        return None
    plain = keywords.standing_word(said.text, after_notice=False)
    if plain or not keywords.standing_word(said.text, after_notice=True):
        return plain
    return Keyword.OPT_OUT if any(_named_a_letter(heard, one) for one in heard.talks) else None


def _named_a_letter(heard: Heard, talk: Talk) -> bool:
    with giving.account_at(heard.sharings[talk.dealer_id]) as row:
        return standing.saw_letter(row.pk, heard.said.sender)


def _answers_which(heard: Heard) -> bool:
    """An answer to the house's own question is for nobody's inbox; what waited goes where it says."""
    question = asking.open_question(heard.sender.pk, heard.hashed)
    if question is None:
        return asking.is_tap(heard.said)
    chosen = asking.choice_of(question, heard.said)
    if chosen is None:
        return asking.is_tap(heard.said)
    asking.settle(question, chosen=chosen, now=heard.now)
    return True


def _pointed_at(heard: Heard) -> int | None:
    """The dealer whose message was replied to, whose button was tapped, whose link was followed."""
    said = heard.said
    names = [f"{talks.LINK}{said.payload.removeprefix(DEEP_LINK)}"] if said.payload.startswith(DEEP_LINK) else []
    names += [kept_id(said.reply_to)] if said.reply_to else []
    owners = talks.dealers_of_names(heard.sender.pk, names)
    found = next((owners[name] for name in names if owners.get(name) in heard.sharings), None)
    if found is not None or "|" not in said.payload:
        return found
    tapped = [one.dealer_id for one in heard.talks if _strength(heard, one) is not None]
    return tapped[0] if len(tapped) == 1 else None


def _judge(heard: Heard) -> None:
    speakers = [_speaker(one, strength=_strength(heard, one)) for one in heard.talks]
    whose = rules.whose(speakers, now=heard.now)
    is_asked = asking.open_question(heard.sender.pk, heard.hashed) is not None
    if alarms.dangers(heard.said.text) or (whose.dealer_id is not None and (whose.is_sure or not is_asked)):
        # Danger waits for no question.
        _give(heard, whose.dealer_id or heard.last)
        return
    _keep(heard, Arrival.State.ASKED)
    if not is_asked:
        among = [heard.sharings[one] for one in whose.among]
        fallback = heard.sharings[heard.last or among[0].dealer_id]
        asking.ask(heard.sender, heard.said, among, fallback=fallback, now=heard.now)


def _strength(heard: Heard, talk: Talk) -> int | None:
    """Only who awaits an answer is asked; a button says whose it is however old."""
    awaits = talk.awaits_until is not None and talk.awaits_until > heard.now
    if not awaits and not heard.said.payload:
        return None
    with giving.account_at(heard.sharings[talk.dealer_id]) as row:
        return expecting.strength_of(
            account_id=row.pk,
            address=heard.said.sender,
            text=heard.said.text,
            payload=heard.said.payload,
            now=heard.now,
        )


def _speaker(talk: Talk, *, strength: int | None = None) -> Speaker:
    return Speaker(talk.dealer_id, talk.wrote_at, talk.chosen_at, strength)


def _give(heard: Heard, dealer_id: int | None) -> None:
    if dealer_id is None:
        _keep(heard, Arrival.State.UNCLAIMED)
        return
    if rules.chosen_of([_speaker(one) for one in heard.talks], now=heard.now) == dealer_id:
        # The talk goes on, and with it the choice.
        asking.note_choice(heard.sender.pk, heard.hashed, dealer_id, now=heard.now)
    giving.give_words(heard.sharings[dealer_id], heard.kept, now=heard.now)


def _keep(heard: Heard, state: Arrival.State) -> None:
    """The words wait sealed under a name of their own, since that of their coming is taken."""
    arrivals.keep(
        heard.sender.pk,
        arrivals.new_name("words"),
        hashed=heard.hashed,
        state=state,
        sealed=sealed_words(heard.kept),
        now=heard.now,
    )
