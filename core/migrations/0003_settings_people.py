from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_complaint_telling")]

    operations = [
        migrations.AddField(
            model_name="dealersettings",
            name="technicians",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dealersettings",
            name="advisors",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
