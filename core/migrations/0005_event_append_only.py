"""The log refuses changes: a trigger, not rights, as rights on all tables are granted anew when a dealer is opened.

TRUNCATE stays with the tables' owner (the login role): a dealer's role never has it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0004_complaint_of_survey")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION core_event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER core_event_append_only BEFORE UPDATE OR DELETE ON core_event
                FOR EACH STATEMENT EXECUTE FUNCTION core_event_refuse_change();
            """,
            reverse_sql="DROP TRIGGER core_event_append_only ON core_event; DROP FUNCTION core_event_refuse_change();",
        ),
    ]
