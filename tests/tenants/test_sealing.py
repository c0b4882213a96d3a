"""Secrets at rest open with our key and purpose only, also after the key has changed."""

import pytest
from django.conf import LazySettings

from tenants.sealing import SealBroken, seal, unseal


def test_what_is_sealed_opens_and_shows_nothing() -> None:
    sealed = seal("a secret", purpose="x")

    assert unseal(sealed, purpose="x") == "a secret"
    assert "secret" not in sealed


def test_another_purpose_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("a secret", purpose="x"), purpose="y")


def test_a_changed_seal_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("a secret", purpose="x")[:-4] + "AAA=", purpose="x")


def test_after_a_change_of_key_the_one_before_still_opens(settings: LazySettings) -> None:
    sealed = seal("a secret", purpose="x")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    assert unseal(sealed, purpose="x") == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="x")
