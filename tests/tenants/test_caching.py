"""Names outside PostgreSQL carry the dealer, as there are no schemas there."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from tenants.caching import group_name, lock_name, lock_number, media_path
from tenants.scope import DealerMissing, DealerRef, ScopeMissing, dealer_scope, public_scope

NAMERS = [group_name, lock_name, lock_number, media_path]


def test_a_cached_value_is_one_dealers(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        cache.set("figure", "north's")
    with dealer_scope(south):
        assert cache.get("figure") is None
        cache.set("figure", "south's")
        cache.add("count", 1)
    with public_scope():
        assert cache.get("figure") is None
    with dealer_scope(north):
        assert cache.get("figure") == "north's"
        assert cache.get("count") is None


def test_without_a_scope_nothing_is_cached(two_dealers: None) -> None:
    with pytest.raises(ScopeMissing):
        cache.get("figure")


@pytest.mark.parametrize("name", NAMERS)
def test_the_same_subject_has_two_names(name: Callable[[str], object], north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        norths = name("board")
        assert norths == name("board") != name("inbox")
    with dealer_scope(south):
        assert name("board") != norths
    with public_scope(), pytest.raises(DealerMissing):
        name("board")


def test_a_group_name_is_one_that_channels_takes(in_north: DealerRef) -> None:
    assert len(group_name("x" * 300)) < 100


@pytest.mark.parametrize("name", ["../south/x.pdf", "/etc/passwd", "a/../../d_south/x"])
def test_a_file_stays_in_its_dealers_folder(in_north: DealerRef, name: str) -> None:
    with pytest.raises(ValueError, match="inside"):
        media_path(name)
