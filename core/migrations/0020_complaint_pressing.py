"""Finds the clocks of open complaints that broke or are about to."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Least


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0019_list_orders")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                Least(
                    Case(When(to_manager_at__isnull=True, then=F("to_manager_due_at"))),
                    Case(When(first_answer_at__isnull=True, then=F("first_answer_due_at"))),
                    Case(When(solution_at__isnull=True, then=F("solution_due_at"))),
                    Case(When(told_owner_at__isnull=True, then=F("tell_owner_due_at"))),
                ),
                name="complaint_pressing",
                condition=Q(closed_at__isnull=True),
            ),
        ),
    ]
