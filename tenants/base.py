"""The base of every model that lives in a dealer's schema."""

from typing import ClassVar, Self

from django.db import models

from tenants.querysets import DealerManager


class DealerModel(models.Model):
    """A row of one dealer; its lists refuse to be read in another dealer's scope."""

    objects: ClassVar[DealerManager[Self]] = DealerManager()

    class Meta:
        abstract = True
