from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_settings_people")]

    operations = [
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(fields=("survey",), name="complaint_of_survey_once"),
        ),
    ]
