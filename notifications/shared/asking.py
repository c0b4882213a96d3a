"""The house's question "which dealer?": put once, answered by number, name or button, settled in a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from channels_app.contract import Inbound
from notifications.conversations import languages
from notifications.conversations.models import Conversation
from notifications.flows.grammar import choices, numbers
from notifications.flows.grammar.choices import Choice, Strength
from notifications.shared import arrivals, giving, hashing
from notifications.shared.clock import look_at
from notifications.shared.models import Arrival, Question, SharedSender, Sharing, Talk
from notifications.shared.operations import sharings_of
from notifications.shared.sealing import opened, opened_words, sealed

# Begins what a button of the question brings back; its number and the place chosen follow.
TAP = "which:"
# Then a person at the dealer that wrote last reads what waited. Source: the "no answer in a day".
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A question as it is said: to whom, in which language, the dealers' names in their order."""

    address: str
    language: str
    names: tuple[str, ...]


def ask(sender: SharedSender, said: Inbound, among: Sequence[Sharing], *, fallback: Sharing, now: datetime) -> None:
    """This function will queue the question; of several at once one is put, as a unique index allows no second."""
    told = {
        "address": said.sender,
        "language": _language(fallback, said.sender),
        "names": _names(among),
    }
    try:
        with transaction.atomic():
            Question.objects.create(
                sender=sender,
                address_hash=hashing.address_hash(sender.pk, said.sender),
                sealed=sealed(told),
                dealer_ids=[one.dealer_id for one in among],
                fallback_id=fallback.dealer_id,
                next_at=now,
                asked_at=now,
                expires_at=now + LASTS,
            )
    except IntegrityError:
        return
    look_at(sender.pk, at=now)


def asked_of(question: Question) -> Asked:
    """This function will open what a question says. Raises: SealBroken."""
    told = opened(question.sealed)
    return Asked(str(told["address"]), str(told["language"]), tuple(told["names"]))


def open_question(sender_id: int, hashed: str) -> Question | None:
    """This function will return the question that an address has still to answer."""
    return Question.objects.filter(sender_id=sender_id, address_hash=hashed, ended_at__isnull=True).first()


def is_tap(said: Inbound) -> bool:
    """This function will say whether a button of such a question was tapped, an old one too."""
    return said.payload.startswith(TAP)


def choice_of(question: Question, said: Inbound) -> int | None:
    """This function will say which dealer was chosen; None where the words choose none.

    Whoever writes "1" twice before the question has left answers something else.
    """
    if question.state == Question.State.QUEUED:
        return None
    if said.payload:
        mark, _, place = said.payload.removeprefix(TAP).partition(":")
        is_ours = is_tap(said) and mark == str(question.pk) and place.isascii() and place.isdigit()
        return _at(question, int(place)) if is_ours else None
    picked = choices.pick(
        said.text, [Choice(str(place), place, (name,)) for place, name in enumerate(asked_of(question).names, start=1)]
    )
    # A sentence that begins with a number is a sentence.
    is_clear = picked is not None and (picked[1] >= Strength.WHOLE or numbers.leading_number(said.text) is None)
    return _at(question, int(picked[0])) if picked and is_clear else None


def settle(question: Question, *, chosen: int | None, now: datetime) -> None:
    """This function will end a question and give what waited: to the chosen dealer, else to a person at the fallback.

    One conditional UPDATE lets the first of an answer and the end of the day be right. Call it in a transaction: it
    takes the address's turn, or words that come in this instant would wait with a question that has ended.
    """
    outcome = Question.Outcome.CHOSEN if chosen is not None else Question.Outcome.SILENT
    _settle(question, chosen=chosen, outcome=outcome, now=now)


def end(sender: SharedSender, hashed: str, *, now: datetime) -> None:
    """This function will end what is asked of somebody who wants nothing more; a person reads what waited."""
    question = open_question(sender.pk, hashed)
    if question is not None:
        _settle(question, chosen=None, outcome=Question.Outcome.STOPPED, now=now)


def note_choice(sender_id: int, hashed: str, dealer_id: int, *, now: datetime) -> None:
    """This function will remember whom the owner speaks with."""
    Talk.objects.filter(sender_id=sender_id, address_hash=hashed, dealer_id=dealer_id).update(chosen_at=now)


def _settle(question: Question, *, chosen: int | None, outcome: Question.Outcome, now: datetime) -> None:
    arrivals.take_turn(question.address_hash)
    ending = Question.objects.filter(pk=question.pk, ended_at__isnull=True)
    if not ending.update(ended_at=now, outcome=outcome, sealed=""):
        return
    sharings = {one.dealer_id: one for one in sharings_of(question.sender_id)}
    wanted = (chosen, question.fallback_id, *question.dealer_ids)
    dealer = next((sharings[one] for one in wanted if one in sharings), None)
    is_chosen = dealer is not None and dealer.dealer_id == chosen
    if is_chosen and chosen is not None:
        note_choice(question.sender_id, question.address_hash, chosen, now=now)
    waiting = Arrival.objects.filter(
        sender_id=question.sender_id, address_hash=question.address_hash, state=Arrival.State.ASKED
    )
    for one in waiting.order_by("id"):
        _release(one, dealer, is_for_people=not is_chosen, now=now)


def _release(arrival: Arrival, dealer: Sharing | None, *, is_for_people: bool, now: datetime) -> None:
    if dealer is None:
        Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.UNCLAIMED)
        return
    kept = opened_words(arrival.sealed)
    giving.give_words(dealer, kept, now=now, received_at=arrival.at, is_for_people=is_for_people)
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.DONE, sealed="")


def _at(question: Question, place: int) -> int | None:
    return int(question.dealer_ids[place - 1]) if 0 < place <= len(question.dealer_ids) else None


def _language(sharing: Sharing, address: str) -> str:
    with giving.account_at(sharing) as row:
        talk = Conversation.objects.select_related("customer").filter(account=row, address=address).first()
        return languages.language_of(talk) if talk else sharing.dealer.language


def _names(among: Sequence[Sharing]) -> list[str]:
    """Shown names; two dealers of one name are told apart by their own."""
    shown = [one.dealer.shown_name for one in among]
    return [
        one.dealer.shown_name
        if shown.count(one.dealer.shown_name) == 1
        else f"{one.dealer.shown_name} ({one.dealer.name})"
        for one in among
    ]
