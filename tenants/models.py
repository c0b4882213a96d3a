"""The public schema: manufacturers, dealers, and the few tables dealers share.

No personal data lives here but the accounts of manufacturers' and operators' staff.
Dealers' schemas point to these rows by plain ids, never by foreign keys.
"""

from django.db import models
from django.db.models import Q

from tenants.scope import DealerRef
from tenants.tokens import opaque_id

# A calm blue that is readable on white and on dark grey.
DEFAULT_ACCENT = "#2f6f9f"


class Manufacturer(models.Model):
    name = models.SlugField(max_length=30, unique=True)
    shown_name = models.CharField(max_length=120)
    # The one colour of the brand on screens.
    accent = models.CharField(max_length=7, default=DEFAULT_ACCENT, db_default=DEFAULT_ACCENT)

    class Meta:
        constraints = (
            # It goes into styles as it stands.
            models.CheckConstraint(condition=Q(accent__regex=r"^#[0-9a-f]{6}$"), name="manufacturer_accent_is_colour"),
        )

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    manufacturer = models.ForeignKey(Manufacturer, models.PROTECT, related_name="regions")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (
            # A regional manager's rights are given by region: two of one name would mix them up.
            models.UniqueConstraint(fields=("manufacturer", "name"), name="region_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Dealer(models.Model):
    name = models.SlugField(max_length=30, unique=True)
    shown_name = models.CharField(max_length=120)
    schema = models.CharField(max_length=40, unique=True)
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    manufacturer = models.ForeignKey(Manufacturer, models.PROTECT, null=True, blank=True, related_name="dealers")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="dealers")
    opened_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    migrated_state = models.TextField(default="", blank=True)
    public_id = models.CharField(max_length=32, unique=True, default=opaque_id)

    class Meta:
        constraints = (
            # The schema's name goes into SQL as an identifier: nothing but ours may stand there.
            models.CheckConstraint(condition=Q(schema__regex=r"^d_[a-z0-9]{1,36}$"), name="dealer_schema_is_ours"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="dealer_country_is_iso"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> DealerRef:
        """This dealer as the plain value that scopes carry."""
        return DealerRef(
            id=self.pk,
            name=self.name,
            schema=self.schema,
            timezone=self.timezone,
            language=self.language,
            country=self.country,
            manufacturer_id=self.manufacturer_id,
            region_id=self.region_id,
            shown_name=self.shown_name,
        )


class Domain(models.Model):
    """A host name, and the dealer it leads to; none means a public host."""

    host = models.CharField(max_length=253, unique=True)
    dealer = models.ForeignKey(Dealer, models.CASCADE, null=True, blank=True, related_name="domains")

    class Meta:
        constraints = (
            # Hosts are compared as they arrive, lowered: an upper-case row would never match.
            models.CheckConstraint(condition=Q(host__regex=r"^[a-z0-9.:\[\]-]+$"), name="domain_host_is_lower"),
        )

    def __str__(self) -> str:
        return self.host


class Standard(models.Model):
    """What a manufacturer asks of its dealers, from a date on."""

    manufacturer = models.ForeignKey(Manufacturer, models.CASCADE, related_name="standards")
    version = models.PositiveIntegerField()
    in_force_from = models.DateField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints = (
            # A survey or a decision names the version it was made under.
            models.UniqueConstraint(fields=("manufacturer", "version"), name="standard_version_once"),
        )
        indexes = (
            # Which standard holds on a day: the newest that is in force.
            models.Index(fields=("manufacturer", "-in_force_from"), name="standard_by_date"),
        )

    def __str__(self) -> str:
        return f"{self.manufacturer_id} v{self.version}"


class Wakeup(models.Model):
    """When a dealer next has work; empty means idle, and idle costs nothing."""

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="wakeup")
    next_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            # The tick reads the earliest few of all dealers, each second; idle ones are left out.
            models.Index(
                fields=("next_due_at",),
                name="wakeup_next_due",
                condition=Q(next_due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dealer_id} at {self.next_due_at}"


class Leftover(models.Model):
    """A closed dealer whose files are not all deleted; see tenants.leftovers."""

    name = models.SlugField(max_length=30, unique=True)
    # Also its folder in the storages.
    schema = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class ChannelRoute(models.Model):
    """The way from a provider's webhook to a dealer's channel account."""

    public_id = models.CharField(max_length=32, unique=True, default=opaque_id)
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="channel_routes")
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    address = models.CharField(max_length=120, blank=True)
    # When the account was changed last, for who keeps something open for it; empty where it never was.
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # One sender address of a dealer leads to one account, or replies would split.
            models.UniqueConstraint(fields=("kind", "address", "dealer"), name="channel_route_once"),
        )

    def __str__(self) -> str:
        return self.public_id


class BenchmarkFact(models.Model):
    """One metric of one dealer on one day, as counts: nothing about a person."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="benchmark_facts")
    manufacturer_id = models.BigIntegerField(null=True, blank=True)
    region_id = models.BigIntegerField(null=True, blank=True)
    day = models.DateField()
    metric = models.CharField(max_length=60)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    exclusions = models.JSONField(default=dict, blank=True)
    covered = models.BooleanField(default=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = (
            # A day computed again replaces its figures.
            models.UniqueConstraint(fields=("dealer", "day", "metric"), name="benchmark_fact_once"),
        )
        indexes = (
            # A benchmark page reads one metric of one manufacturer over a period.
            models.Index(fields=("manufacturer_id", "metric", "day"), name="benchmark_by_metric"),
        )

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.day} {self.metric}"
