"""The shipped canned answers for dealers opened before there were any; later ones began with them.

A dealer that has one as shipped, or was opened with the table there, has been given them: what its heads changed or
removed since is theirs. An answer of their own under a shipped shortcut stays, too.
"""

import tomllib
from importlib import resources

from django.db import migrations

FILL = """
INSERT INTO notifications_cannedanswer (language, shortcut, text, updated_at, actor)
SELECT shipped.language, shipped.shortcut, shipped.text, now(), 'system'
FROM (VALUES {rows}) AS shipped (language, shortcut, text)
WHERE EXISTS (
    SELECT FROM public.tenants_dealer d, django_migrations m
    WHERE d.schema = current_schema() AND m.app = 'notifications' AND m.name = '0008_canned_answers'
      AND d.opened_at < m.applied
)
AND NOT EXISTS (SELECT FROM notifications_cannedanswer WHERE actor = 'system')
ON CONFLICT (language, shortcut) DO NOTHING
"""


def _statement() -> tuple[str, list[str]]:
    text = resources.files("notifications.tables").joinpath("canned_answers.toml").read_text(encoding="utf-8")
    shipped = [
        (language, row["shortcut"][language], words)
        for row in tomllib.loads(text)["answer"]
        for language, words in row["text"].items()
    ]
    rows = ", ".join(["(%s, %s, %s)"] * len(shipped))
    return FILL.format(rows=rows), [value for row in shipped for value in row]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0014_owner_link_ends")]

    # Nothing to take back: heads may have changed the answers since. In SQL, so that it is repeated for each dealer.
    operations = [migrations.RunSQL([_statement()], reverse_sql=migrations.RunSQL.noop)]
