from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0011_task_attempts")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("kind", "REPLY"), ("state", "OPEN")), fields=["conversation_id"], name="task_reply"
            ),
        ),
    ]
