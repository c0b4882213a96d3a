"""What was written into the audit stays as it was written."""

from django.db import migrations

# SQL text in one piece: PostgreSQL's own quoting keeps the semicolons inside together.
REFUSE = """
CREATE FUNCTION accounts_audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit entries are added, never changed'; END $$;
CREATE TRIGGER accounts_audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse_change()
"""
ALLOW = """
DROP TRIGGER accounts_audit_append_only ON accounts_auditentry;
DROP FUNCTION accounts_audit_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    # One element: Django would need sqlparse to split the text, and the body must not be split.
    operations = [migrations.RunSQL([REFUSE], reverse_sql=[ALLOW])]
