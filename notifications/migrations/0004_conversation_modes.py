"""A conversation is with its flow only while one runs. Those with none are closed: one statement, and one index more.

Backwards, what is closed stays so: nobody looked at it before.
"""

from django.db import migrations, models

CLOSE = """
UPDATE notifications_conversation c SET mode = 'CLOSED'
WHERE mode = 'FLOW' AND NOT EXISTS (
    SELECT FROM notifications_flowrun r WHERE r.conversation_id = c.id AND r.status IN ('RUNNING', 'PAUSED')
)
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0008_customer_name_chars"), ("notifications", "0003_due_lanes")]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="mode",
            field=models.CharField(
                choices=[("FLOW", "Flow"), ("PERSON", "Person"), ("CLOSED", "Closed")],
                db_default="CLOSED",
                default="CLOSED",
                max_length=6,
            ),
        ),
        migrations.RunSQL(CLOSE, reverse_sql=migrations.RunSQL.noop),
    ]
