"""What providers told of opt-outs binds all texts or all mails, and no longer one provider's alone.

Backwards it stays so: which of them told it was kept in no other place, and the stricter wall harms nobody.
"""

from django.db import migrations

WIDEN = """
UPDATE notifications_suppression
SET channel = CASE WHEN channel IN ('sendgrid', 'smtp') THEN 'email' ELSE 'sms' END
WHERE source = 'PROVIDER' AND channel IN ('sendgrid', 'smtp', 'twilio', 'smpp', 'aliyun')
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0023_text_tally")]

    operations = [migrations.RunSQL(WIDEN, reverse_sql=migrations.RunSQL.noop)]
