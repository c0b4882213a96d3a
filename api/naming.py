"""People, programs and imports by name, for lists that keep them as `user:5` or `key:3`; constant in queries."""

from collections.abc import Iterable, Mapping

from core.models import ImportRun
from tenants.accounts.models import ApiKey, User


def names_of(actors: Iterable[str]) -> Mapping[str, str]:
    """Return actor -> name of those that stand for somebody or a file here; three queries at most."""
    ids: dict[str, set[int]] = {"user": set(), "key": set(), "import": set()}
    for actor in actors:
        kind, _, number = actor.partition(":")
        if kind in ids and number.isdecimal():
            ids[kind].add(int(number))
    people = User.objects.filter(pk__in=ids["user"]).values_list("pk", "name") if ids["user"] else ()
    programs = ApiKey.objects.filter(pk__in=ids["key"]).values_list("pk", "name") if ids["key"] else ()
    files = ImportRun.objects.filter(pk__in=ids["import"]).values_list("pk", "file_name") if ids["import"] else ()
    found = {"user": people, "key": programs, "import": files}
    return {f"{kind}:{pk}": name for kind, rows in found.items() for pk, name in rows}
