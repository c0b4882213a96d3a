"""People and programs by name, for lists that keep them as `user:5` or `key:3`; constant in queries."""

from collections.abc import Iterable, Mapping

from tenants.accounts.models import ApiKey, User


def names_of(actors: Iterable[str]) -> Mapping[str, str]:
    """Return actor -> name of those that stand for somebody here; two queries at most."""
    ids: dict[str, set[int]] = {"user": set(), "key": set()}
    for actor in actors:
        kind, _, number = actor.partition(":")
        if kind in ids and number.isdecimal():
            ids[kind].add(int(number))
    people = User.objects.filter(pk__in=ids["user"]).values_list("pk", "name") if ids["user"] else ()
    programs = ApiKey.objects.filter(pk__in=ids["key"]).values_list("pk", "name") if ids["key"] else ()
    return {f"user:{pk}": name for pk, name in people} | {f"key:{pk}": name for pk, name in programs}
