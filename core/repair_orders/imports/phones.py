"""Phone numbers of foreign cells to E.164, by the dealer's country."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

# Two numbers in one cell; never a space or hyphen, which stand inside numbers.
_SEVERAL = re.compile(r"[/;,、，；|]| o | y | or | and ")
_NOISE = str.maketrans("", "", " -().\t")


class Phone(NamedTuple):
    """A number that can be dialled."""

    number: str
    is_landline: bool


@lru_cache(maxsize=4_096)
def read(text: str, *, country: str) -> Phone | None:
    """Return the first number in the cell that its country could have given out, or None."""
    quick = _quick(text.translate(_NOISE), country=country)
    if quick is not None:
        return Phone(quick, is_landline=False)
    for part in _SEVERAL.split(text):
        found = _thorough(part, country=country)
        if found is not None:
            return found
    return None


def _quick(digits: str, *, country: str) -> str | None:
    """Recognise the country's plain mobile numbers without the library, which takes 20 times longer."""
    pattern, code, landline = _plan(country)
    prefix = f"+{code}"
    national = digits[len(prefix) :] if digits.startswith(prefix) else digits
    if pattern is None or not pattern.fullmatch(national) or (landline and landline.fullmatch(national)):
        return None
    return prefix + national


@cache
def _plan(country: str) -> tuple[re.Pattern[str] | None, int, re.Pattern[str] | None]:
    """Return the patterns of mobile and fixed numbers and the calling code.

    Only where no mobile number can begin like the digit dialled before long-distance numbers: else
    the library must say what is prefix and what is number.
    """
    metadata = PhoneMetadata.metadata_for_region(country, None)
    if metadata is None or metadata.mobile is None or metadata.country_code is None:
        return None, 0, None
    pattern = metadata.mobile.national_number_pattern
    fixed = metadata.fixed_line.national_number_pattern if metadata.fixed_line else None
    if pattern is None:
        return None, metadata.country_code, None
    same = pattern == fixed
    return (
        re.compile(f"(?!{metadata.national_prefix or '@'})(?:{pattern})"),
        metadata.country_code,
        # Where both share a pattern (North America) nobody can tell them apart.
        None if same or fixed is None else re.compile(fixed),
    )


def _thorough(text: str, *, country: str) -> Phone | None:
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return Phone(
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        is_landline=phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE,
    )
