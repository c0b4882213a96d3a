"""Notes, which a trigger keeps as they were written; an erasure may delete them."""

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION notifications_note_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'notes are added, never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER notifications_note_append_only BEFORE UPDATE ON notifications_note
FOR EACH STATEMENT EXECUTE FUNCTION notifications_note_refuse_change()
"""
ALLOW = """
DROP TRIGGER notifications_note_append_only ON notifications_note;
DROP FUNCTION notifications_note_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_read_marks")]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_id", models.BigIntegerField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="notifications.conversation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["conversation", "-id"], name="note_of_conversation"),
        ),
        # One element: Django would need sqlparse to split the text, and the body must not be split.
        migrations.RunSQL([REFUSE], reverse_sql=[ALLOW]),
    ]
