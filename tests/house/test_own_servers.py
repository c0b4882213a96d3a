"""Each process of a run of the tests works with databases of its own."""

import os

from django.conf import settings


def test_the_settings_are_read_after_the_process_has_found_its_databases() -> None:
    assert os.environ["VALKEY_URL"] == settings.VALKEY_URL
    assert os.environ["LIVE_PREFIX"] == settings.LIVE_PREFIX
