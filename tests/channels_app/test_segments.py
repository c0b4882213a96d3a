"""SMS by the letter: alphabets, segments, and what is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app import segments
from channels_app.segments import Alphabet

GSM, UCS = Alphabet.GSM_7, Alphabet.UCS_2

# A text, its alphabet, its units, its segments. Source: 3GPP TS 23.038 and 23.040, counted by hand.
COUNTED = [
    ("nothing", "", GSM, 0, 1),
    ("a full segment", "a" * 160, GSM, 160, 1),
    ("one letter more", "a" * 161, GSM, 161, 2),
    ("two full parts", "a" * 306, GSM, 306, 2),
    ("a third part", "a" * 307, GSM, 307, 3),
    ("Spanish that fits", "¿Mañana a las 9? ¡Sí, señor!".replace("í", "i"), GSM, 28, 1),
    ("Spanish that does not", "Sí", UCS, 2, 1),
    ("the euro takes two", "€" * 80, GSM, 160, 1),
    ("the euro too many", "€" * 81, GSM, 162, 2),
    ("brackets take two", "[" + "a" * 158, GSM, 160, 1),
    ("brackets take two, one over", "[" + "a" * 159, GSM, 161, 2),
    ("Greek capitals are there", "ΔΦΓΛΩΠΨΣΘΞ", GSM, 10, 1),
    ("Greek small letters are not", "α", UCS, 1, 1),
    ("a grave accent is not", "`", UCS, 1, 1),
    ("Chinese, full", "字" * 70, UCS, 70, 1),
    ("Chinese, one more", "字" * 71, UCS, 71, 2),
    ("Chinese, two full parts", "字" * 134, UCS, 134, 2),
    ("Chinese, a third part", "字" * 135, UCS, 135, 3),
    ("an emoji takes two", "🚗" * 35, UCS, 70, 1),
    ("an emoji too many", "🚗" * 36, UCS, 72, 2),
    ("a control sign", "\x00", UCS, 1, 1),
]


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"), [row[1:] for row in COUNTED], ids=[row[0] for row in COUNTED]
)
def test_a_text_takes_as_many_segments_as_the_standard_says(
    text: str, alphabet: Alphabet, units: int, count: int
) -> None:
    measured = segments.measure(text)

    assert (measured.alphabet, measured.units, measured.segments) == (alphabet, units, count)
    assert "".join(measured.parts) == text


def test_where_all_letters_are_wide_a_segment_holds_seventy_of_any() -> None:
    assert segments.measure("a" * 70, is_wide=True).segments == 1
    assert [len(part) for part in segments.measure("a" * 135, is_wide=True).parts] == [67, 67, 1]
    assert segments.measure("€" * 70, is_wide=True).segments == 1


def test_an_extended_letter_goes_whole_into_the_next_part() -> None:
    measured = segments.measure("a" * 152 + "€" + "b" * 20)

    assert measured.parts == ("a" * 152, "€" + "b" * 20)


def test_an_emoji_goes_whole_into_the_next_part() -> None:
    measured = segments.measure("字" * 66 + "🚗" + "字" * 10)

    assert measured.parts == ("字" * 66, "🚗" + "字" * 10)


@given(st.text(alphabet=st.one_of(st.sampled_from("a€[~ñ"), st.characters(exclude_categories=["Cs"])), max_size=700))
def test_parts_make_the_text_and_fit(text: str) -> None:
    measured = segments.measure(text)

    room = segments.ROOMS[measured.alphabet]
    fits = room.alone if measured.segments == 1 else room.of_several
    assert "".join(measured.parts) == text
    assert all(segments.measure(part).units <= fits for part in measured.parts)


def test_national_tables_are_off_by_default() -> None:
    text = "İyi günler, Işıl"

    assert segments.measure(text).alphabet == UCS
    assert segments.measure(text, national="tr").alphabet == GSM


@pytest.mark.parametrize(("letters", "count"), [(155, 1), (156, 2), (298, 2), (299, 3)])
def test_a_national_table_leaves_less_room(letters: int, count: int) -> None:
    text = "á" + "a" * (letters - 2)

    assert segments.measure(text, national="es").segments == count


def test_a_national_table_that_is_not_needed_costs_nothing() -> None:
    assert segments.measure("a" * 160, national="es").segments == 1


def test_what_is_written_in_the_default_alphabet_is_read_again() -> None:
    text = "".join(segments.CODES) + "".join(segments.EXTENSION)

    assert segments.gsm_decoded(segments.gsm_encoded(text)) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(b"\x00\x02", "@$"), (b"\x1b\x65", "€"), (b"\x1bA", "A"), (b"a\x1b", "a "), (b"\x1b\x1bA", " A"), (b"\xc1", "A")],
    ids=["codes of its own", "extended", "an escape to nothing", "a cut escape", "escaped twice", "an eighth bit"],
)
def test_what_networks_send_is_read(octets: bytes, text: str) -> None:
    assert segments.gsm_decoded(octets) == text


def test_a_letter_beyond_the_alphabet_is_not_written() -> None:
    assert not segments.is_gsm("字")
    with pytest.raises(UnicodeError):
        segments.gsm_encoded("字")
