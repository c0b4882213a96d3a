"""Customers, how they are reached, what they allowed, and who belongs together."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenants.base import DealerModel


class StringToArray(models.Func):
    """A text as the list of its characters."""

    function = "string_to_array"
    template = "%(function)s(%(expressions)s, NULL)"
    output_field = ArrayField(models.TextField())


class Household(DealerModel):
    """People or companies whose messages are merged: a family, or a fleet with its drivers."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "HOUSEHOLD"
        FLEET = "FLEET"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.HOUSEHOLD)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()


class Customer(DealerModel):
    """A person or company of whom this dealer keeps a file."""

    class Value(models.TextChoices):
        HIGH = "HIGH"
        MIDDLE = "MIDDLE"
        LOW = "LOW"

    class Consenting(models.TextChoices):
        """What was ever answered to 'may we?', over all files of the person."""

        REFUSED = "REFUSED"
        GRANTED = "GRANTED"
        UNASKED = "UNASKED"

    class Kind(models.TextChoices):
        PERSON = "PERSON"
        COMPANY = "COMPANY"

    class Lifecycle(models.TextChoices):
        PROSPECT = "PROSPECT"
        NEW_OWNER = "NEW_OWNER"
        ACTIVE = "ACTIVE"
        LAPSING = "LAPSING"
        LAPSED = "LAPSED"
        TRANSFERRED = "TRANSFERRED"
        REPURCHASE = "REPURCHASE"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON, db_default=Kind.PERSON)
    name = models.CharField(max_length=200)
    # The name folded for comparing: case, width and spaces taken out.
    name_key = models.CharField(max_length=200, default="", db_default="")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.SET_NULL)
    lifecycle = models.CharField(
        max_length=12,
        choices=Lifecycle.choices,
        default=Lifecycle.ACTIVE,
        db_default=Lifecycle.ACTIVE,
    )
    # Empty: the dealer's.
    language = models.CharField(max_length=10, default="", db_default="")
    timezone = models.CharField(max_length=64, default="", db_default="")
    address = models.CharField(max_length=300, default="", db_default="")
    preferred_channel = models.CharField(max_length=20, default="", db_default="")
    # Local wall time in which the person wants to be reached; both or neither.
    preferred_from = models.TimeField(null=True, blank=True)
    preferred_until = models.TimeField(null=True, blank=True)
    is_member = models.BooleanField(default=False, db_default=False)
    # Who looks after the file; a plain id, as everywhere for people.
    keeper_id = models.BigIntegerField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # What follows from facts, kept by core.customers.standing so that lists can be asked for it; like lifecycle.
    missing = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    consenting = models.CharField(
        max_length=7, choices=Consenting.choices, default=Consenting.UNASKED, db_default=Consenting.UNASKED
    )
    last_visit_date = models.DateField(null=True, blank=True)
    value_group = models.CharField(max_length=6, choices=Value.choices, default="", db_default="", blank=True)

    class Meta:
        indexes = [
            # Files that lack something, newest first; the few of them.
            models.Index(
                fields=["-id"],
                name="customer_incomplete",
                condition=~models.Q(missing=[]) & models.Q(merged_into__isnull=True),
            ),
            # Lists by stage of life, and by how long ago somebody was seen.
            models.Index(fields=["lifecycle", "-id"], name="customer_lifecycle"),
            models.Index(fields=["lifecycle", "last_visit_date", "id"], name="customer_stage_and_visit"),
            models.Index(fields=["last_visit_date", "id"], name="customer_last_visit"),
            models.Index(fields=["-updated_at", "-id"], name="customer_updated"),
            # Lists by what was answered, by value, of companies, and of members: of each kind there may be a handful
            # among a hundred thousand.
            models.Index(fields=["consenting", "-id"], name="customer_consenting"),
            models.Index(fields=["value_group", "-id"], name="customer_value"),
            models.Index(fields=["kind", "-id"], name="customer_kind"),
            models.Index(fields=["-id"], name="customer_member", condition=models.Q(is_member=True)),
            # Search by a part of the name, Chinese too.
            GinIndex(fields=["name"], name="customer_name_part", opclasses=["gin_trgm_ops"]),
            # A name of one or two Chinese characters, too short for trigrams, is found by its characters.
            GinIndex(
                StringToArray("name_key"),
                name="customer_name_chars",
                condition=models.Q(name_key__regex=r"[^\x01-\x7f]"),
            ),
            # The import finds a person by folded name and phone; lists go by name.
            models.Index(fields=["name_key", "id"], name="customer_by_name"),
            # A merged household's messages are gathered by it.
            models.Index(fields=["household"], name="customer_household"),
        ]
        constraints = [
            # Half a wish cannot be kept.
            models.CheckConstraint(
                condition=models.Q(preferred_from__isnull=True, preferred_until__isnull=True)
                | models.Q(preferred_from__isnull=False, preferred_until__isnull=False),
                name="customer_preferred_time_whole",
            )
        ]


class ContactPoint(DealerModel):
    """One address of a customer: a phone (E.164), an e-mail address or a chat identity."""

    class Kind(models.TextChoices):
        PHONE = "PHONE"
        EMAIL = "EMAIL"
        CHAT = "CHAT"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # For CHAT: the kind of channel (telegram, whatsapp, ...), as registered.
    chat_channel = models.CharField(max_length=20, default="", db_default="")
    value = models.CharField(max_length=254)
    is_landline = models.BooleanField(default=False, db_default=False)
    is_preferred = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=20, default="", db_default="")
    # Last seen good: an answer came from it, or a person asked.
    verified_at = models.DateTimeField(null=True, blank=True)
    # The provider said that nobody is there.
    bounced_at = models.DateTimeField(null=True, blank=True)
    # Marked as a wrong number, blocked by its owner, or replaced.
    blocked_at = models.DateTimeField(null=True, blank=True)
    # The one that took its place, as a person said; a plain id, as a foreign key would want an index of its own.
    replaced_by_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            # One address once a person; two people may share one.
            models.UniqueConstraint(fields=["customer", "kind", "chat_channel", "value"], name="contact_point_once")
        ]
        indexes = [
            # Who writes from this address?
            models.Index(fields=["value", "kind"], name="contact_point_value"),
            # Search by a part of a number.
            GinIndex(fields=["value"], name="contact_point_part", opclasses=["gin_trgm_ops"]),
        ]


class Consent(DealerModel):
    """One answer to 'may we?', append-only; for one subject the newest counts.

    An empty purpose or channel and a missing vehicle mean all of them.
    """

    class Purpose(models.TextChoices):
        SERVICE = "SERVICE"
        SURVEY = "SURVEY"
        REMINDER = "REMINDER"
        MARKETING = "MARKETING"

    class Source(models.TextChoices):
        IMPORT = "IMPORT"
        REPLY = "REPLY"
        PAGE = "PAGE"
        PERSON = "PERSON"
        PROVIDER = "PROVIDER"
        MERGE = "MERGE"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default="", db_default="")
    channel = models.CharField(max_length=20, default="", db_default="")
    is_granted = models.BooleanField()
    source = models.CharField(max_length=10, choices=Source.choices)
    # What the person was shown or asked, or the key of that text.
    wording = models.CharField(max_length=300, default="", db_default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80, default="system", db_default="system")

    class Meta:
        indexes = [
            # The newest answer of one person, read before every message.
            models.Index(fields=["customer", "-at", "-id"], name="consent_newest")
        ]


class FieldChange(DealerModel):
    """One change of one field of a file, by whom, and what stood there before."""

    class Source(models.TextChoices):
        IMPORT = "IMPORT"
        PERSON = "PERSON"
        # The owner, in a dialogue.
        OWNER = "OWNER"
        MERGE = "MERGE"

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    before = models.TextField(default="", db_default="")
    after = models.TextField(default="", db_default="")
    source = models.CharField(max_length=6, choices=Source.choices)
    actor = models.CharField(max_length=80, default="system", db_default="system")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # A file's history, and the import's question "did a person edit this?"
            models.Index(fields=["subject_kind", "subject_id", "field", "-at"], name="field_change_of"),
            # The import's question "what was this car called first?"; few VINs are ever corrected.
            models.Index(
                fields=["subject_id", "at"],
                name="field_change_vin",
                condition=models.Q(subject_kind="vehicle", field="vin"),
            ),
        ]


class MergeSuggestion(DealerModel):
    """Two files that may be one person; a person decides, never the system."""

    class State(models.TextChoices):
        OPEN = "OPEN"
        MERGED = "MERGED"
        DISMISSED = "DISMISSED"

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A pair is suggested once, also after it was dismissed.
            models.UniqueConstraint(fields=["first", "second"], name="merge_suggestion_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="merge_suggestion_ordered"),
        ]


class FileMerge(DealerModel):
    """That two files are one person's, who said so, and what was taken over: enough to part them again."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    # Field -> [what stood in the kept file, what was taken from the other], as the history writes them.
    taken = models.JSONField(default=dict, db_default={})
    # Files that were merged into the other one before, and go along with it.
    carried = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=80, default="", db_default="")
    # Fields taken over that somebody has changed since: they stayed as they were when it was undone.
    stayed = ArrayField(models.CharField(max_length=40), default=list, db_default=[])

    class Meta:
        constraints = [
            # A file is part of one other at a time.
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at__isnull=True), name="file_merge_standing_once"
            )
        ]
