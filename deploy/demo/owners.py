"""What invented owners do with a message: nothing, a tap, a digit, a word, a sentence. Pure.

Whoever gets the same message does the same again, so that playing a stretch twice changes nothing.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from channels_app.contract import Outgoing
from channels_app.simulator_provider import Accepted

ANSWERING = 0.40
LOSES_INTEREST = 0.04
OPTS_OUT = 0.015
COMPLAINS = 0.02
MUMBLES = 0.03
UNDELIVERABLE = 0.01
READS = 0.7
# Three in ten have the phone in their hand; the others look at it within the minute.
HAS_IT_IN_HAND = 0.3
AT_ONCE = (timedelta(seconds=1), timedelta(seconds=3))
LATER_ON = (timedelta(seconds=5), timedelta(seconds=60))

# How likely an option is taken, by its code; what is not named here weighs 1.
MOODS: Mapping[str, float] = {
    "VERY_SATISFIED": 9,
    "SATISFIED": 6,
    "NEUTRAL": 1.5,
    "DISSATISFIED": 0.7,
    "VERY_DISSATISFIED": 0.4,
    "CERTAINLY": 8,
    "PROBABLY": 5,
    "PROBABLY_NOT": 0.5,
    "CERTAINLY_NOT": 0.3,
    "BOOK": 9,
    "LATER": 1.5,
    "DONE": 0.8,
    "SOLD": 0.3,
    "NO_MORE": 0.3,
    "YES": 6,
    "COMES": 6,
    "GIVE_UP": 0.5,
    "OTHER": 0.3,
    "FINISH": 0.1,
    "PERSON": 0.2,
}
STOPS = {"zh-hans": "退订", "es": "BAJA", "en": "STOP"}
GRIEVANCES: Mapping[str, Sequence[str]] = {
    "zh-hans": ("我要投诉：刹车修完还是响", "投诉！等了三个小时没人理我", "空调修了两次还是不凉，我要投诉"),
    "es": (
        "Quiero poner una queja: el freno sigue sonando",
        "Quiero reclamar, esperé tres horas y nadie me atendió",
        "Esto es una queja: el aire sigue sin enfriar",
    ),
    "en": (
        "I want to complain: the brakes still squeal",
        "This is a complaint, I waited for three hours",
        "Complaint: the air conditioning still does not cool",
    ),
}
SENTENCES: Mapping[str, Sequence[str]] = {
    "zh-hans": ("等的时间有点长", "没有，都挺好", "休息区可以再安静一点", "希望提前告诉我价格", "没有"),
    "es": ("Tardaron un poco", "Nada, todo bien", "La sala de espera es ruidosa", "Avisen antes del precio", "Nada"),
    "en": ("It took a bit long", "Nothing, all good", "The lounge is noisy", "Tell me the price earlier", "Nothing"),
}
# What a question shows as an example of an answer says that it asks for a day and an hour.
EXAMPLES_OF_TIMES = ("明天下午", "mañana por la tarde", "tomorrow afternoon")
TIMES: Mapping[str, Sequence[str]] = {
    "zh-hans": ("明天下午", "后天上午10点", "下周三上午", "周六下午三点"),
    "es": ("mañana por la tarde", "el jueves por la mañana", "el lunes a las 10", "pasado mañana a las 16:30"),
    "en": ("tomorrow afternoon", "Friday at 10", "next Tuesday morning", "Monday 3pm"),
}
NAMES_A_TIME = 0.25
MUMBLED = {"zh-hans": "嗯？？哪位", "es": "¿eh? ¿quién es?", "en": "eh? who is this"}
FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


@dataclass(frozen=True)
class Reaction:
    """What comes back of one message: receipts in order, and perhaps a reply after a while."""

    receipts: tuple[str, ...]
    text: str = ""
    payload: str = ""
    after: timedelta = AT_ONCE[0]

    @property
    def has_reply(self) -> bool:
        return bool(self.text or self.payload)


def reaction(accepted: Accepted) -> Reaction:
    """Return what the owner who got this message does."""
    message = accepted.message
    draw = random.Random(accepted.provider_id)
    return reacts(message, draw=draw, is_answering=answers(message.to), within=pace(message.to))


def reacts(
    message: Outgoing, *, draw: random.Random, is_answering: bool, within: tuple[timedelta, timedelta]
) -> Reaction:
    """Return what comes back of a message, as the draw has it; a reply between the two times."""
    if draw.random() < UNDELIVERABLE:
        return Reaction(("sent", "undeliverable"))
    receipts = ("sent", "delivered", "read") if draw.random() < READS else ("sent", "delivered")
    if not is_answering or draw.random() < LOSES_INTEREST:
        return Reaction(receipts)
    text, payload = _reply(message, draw=draw)
    least, most = within
    return Reaction(receipts, text, payload, least + (most - least) * draw.random())


def answers(address: str, *, share: float = ANSWERING, seed: str = "answers") -> bool:
    """Return whether this owner is one who answers: four in ten, and then every question."""
    return random.Random(f"{seed}-{address}").random() < share


def pace(address: str) -> tuple[timedelta, timedelta]:
    """Return how soon and how late this owner replies; the same for every message."""
    return AT_ONCE if random.Random(f"pace-{address}").random() < HAS_IT_IN_HAND else LATER_ON


def _reply(message: Outgoing, *, draw: random.Random) -> tuple[str, str]:
    language = message.language if message.language in STOPS else "en"
    chance = draw.random()
    if chance < OPTS_OUT:
        return STOPS[language], ""
    if chance < OPTS_OUT + COMPLAINS:
        return draw.choice(GRIEVANCES[language]), ""
    if chance < OPTS_OUT + COMPLAINS + MUMBLES:
        return MUMBLED[language], ""
    if (_asks_for_time(message) and draw.random() < NAMES_A_TIME) or _is_open_about_time(message):
        return draw.choice(TIMES[language]), ""
    if message.buttons:
        return _pick(message, draw=draw)
    asks = message.text.rstrip().endswith(("?", "？"))
    return (draw.choice(SENTENCES[language]) if asks else ""), ""


def _asks_for_time(message: Outgoing) -> bool:
    """Times on offer are numbered; other answers have names."""
    return any(button.payload.rpartition("|")[2].isdigit() for button in message.buttons)


def _is_open_about_time(message: Outgoing) -> bool:
    return not message.buttons and any(example in message.text for example in EXAMPLES_OF_TIMES)


def _digit(message: Outgoing, place: int) -> str:
    """Return the number that stands before an option; a way out has 0. Its place where none is shown."""
    line = re.search(rf"^(\d+) {re.escape(message.buttons[place].label)}$", message.text, re.MULTILINE)
    return line[1] if line else str(place + 1)


def _pick(message: Outgoing, *, draw: random.Random) -> tuple[str, str]:
    """Return an option tapped, typed as its digit (narrow or wide), or said in its words."""
    buttons = message.buttons
    weights = [MOODS.get(button.payload.rpartition("|")[2], 1.0) for button in buttons]
    (place,) = draw.choices(range(len(buttons)), weights=weights)
    button, digit = buttons[place], _digit(message, place)
    ways = (
        (button.label, button.payload),
        (digit, ""),
        (digit.translate(FULL_WIDTH), ""),
        (button.label, ""),
    )
    (way,) = draw.choices(ways, weights=(4, 3, 1, 3))
    return way
