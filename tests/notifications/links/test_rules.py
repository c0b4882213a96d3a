"""Tokens: long enough, known by a keyed hash, and nothing but marks in what is stored."""

import pytest

from notifications.links import rules
from notifications.links.rules import LASTS, Purpose

SALT, KEY, OTHER_KEY = b"s" * 16, b"north's key", b"south's key"


def test_a_token_has_128_bits_and_is_short() -> None:
    token = rules.token_of(SALT, key=KEY)

    assert rules.TOKEN.fullmatch(token)
    assert rules.TOKEN_BYTES * 8 == 128


def test_the_same_salt_gives_the_same_token_and_another_dealers_key_another() -> None:
    assert rules.token_of(SALT, key=KEY) == rules.token_of(SALT, key=KEY)
    assert rules.token_of(SALT, key=KEY) != rules.token_of(SALT, key=OTHER_KEY)
    assert rules.token_of(SALT, key=KEY) != rules.token_of(b"t" * 16, key=KEY)


def test_what_a_link_is_found_by_does_not_give_its_token_away() -> None:
    token = rules.token_of(SALT, key=KEY)
    hashed = rules.hash_of(token, key=KEY)

    assert token not in hashed
    assert hashed != rules.hash_of(token, key=OTHER_KEY)


@pytest.mark.parametrize("token", ["", "\ud800", "é" * 22, "x" * 5_000, "\x00", "../../o"])
def test_anything_may_be_asked_for(token: str) -> None:
    assert len(rules.hash_of(token, key=KEY)) == 64


def test_a_mark_is_as_long_as_a_token_and_never_one() -> None:
    for link_id in (1, 17, 9_223_372_036_854_775_807):
        assert len(rules.mark_of(link_id)) == rules.TOKEN_LENGTH
        assert not rules.TOKEN.fullmatch(rules.mark_of(link_id))


def test_a_text_gets_the_tokens_of_its_own_links_only() -> None:
    text = f"{rules.path_of(rules.mark_of(1))} {rules.path_of(rules.mark_of(11))}"

    revealed = rules.revealed(text, link_ids=(1,), tokens={1: "T" * 22, 11: "U" * 22})

    assert revealed == f"/o/{'T' * 22}/ {rules.path_of(rules.mark_of(11))}"


def test_every_purpose_has_an_end() -> None:
    assert set(LASTS) == set(Purpose)
