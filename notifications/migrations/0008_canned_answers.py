from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_notes")]

    operations = [
        migrations.CreateModel(
            name="CannedAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("shortcut", models.CharField(max_length=30)),
                ("text", models.TextField()),
                ("updated_at", models.DateTimeField()),
                ("actor", models.CharField(db_default="system", default="system", max_length=80)),
            ],
        ),
        migrations.AddConstraint(
            model_name="cannedanswer",
            constraint=models.UniqueConstraint(fields=("language", "shortcut"), name="canned_answer_once"),
        ),
    ]
