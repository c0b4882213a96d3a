"""Numbers as owners write them: digits of any width, Chinese numerals, the number words of all languages."""

import re
from collections.abc import Iterable

from notifications.flows import languages
from notifications.flows.grammar import normal, spotting

CHINESE_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}

NUMBER_WORDS = {
    word: number
    for code in languages.codes()
    for number, words in enumerate(languages.table(code)["numbers"]["names"])
    for word in words
}


def one_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# What may stand before or after the number of a choice: "选1", "第二个", "opción 3", "8分", "8/10", "9 puntos".
_AROUND = re.compile(
    rf"^(?:{one_of(languages.every('numbers', 'before'))})?\s*"
    rf"(?P<number>\d{{1,3}}|[零〇一二两三四五六七八九十]{{1,3}}|{one_of(NUMBER_WORDS)})"
    rf"\s*(?:{one_of(languages.every('numbers', 'after'))}|10)?$"
)
# A number in a Chinese date or time.
HAN_NUMBER = r"[零一二两三四五六七八九十\d]{1,3}"
_KEYCAP = "\u20e3"


def whole_number(text: str) -> int | None:
    """Return the number if the message is nothing but one number, else None."""
    bare = spotting.without_fillers(normal.words(text)) or normal.words(text)
    found = _AROUND.match(bare.replace(_KEYCAP, ""))
    return number_of(found["number"]) if found else None


def leading_number(text: str) -> int | None:
    """Return the number a short message opens with, as in "1, thanks, see you then"; else None."""
    found = re.match(r"^(\d{1,2})\s*[,.;:!)\-、。](?!\s*\d)", normal.fold(text))
    return int(found[1]) if found and len(text) <= _SHORT else None


def number_of(word: str) -> int | None:
    """Return the value of one normalised number word or digit string, else None."""
    if word.isascii() and word.isdigit():
        return int(word)
    return NUMBER_WORDS.get(word, _chinese(word))


def _chinese(word: str) -> int | None:
    """Read Chinese numerals up to 99: 三, 十, 十二, 二十, 二十五."""
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return CHINESE_DIGITS.get(word)
    if not {tens, ones} <= {"", *CHINESE_DIGITS}:
        return None
    return CHINESE_DIGITS.get(tens, 1) * 10 + CHINESE_DIGITS.get(ones, 0)


# A digit that opens a longer text is more likely part of a story than a choice.
_SHORT = 60
