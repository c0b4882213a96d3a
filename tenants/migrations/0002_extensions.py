"""Search by parts of words, and exclusion of overlapping times: PostgreSQL's own extensions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    # Both are trusted extensions: the database's owner may create them without being superuser.
    # They stay when the migration is taken back, for dealers' tables may still use them.
    operations = [
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
