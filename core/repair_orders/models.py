"""Repair orders with their lines, and the record of every import that brought them."""

from django.db import models

from tenants.base import DealerModel

# Of a cell that is shown beside a verdict; the file's own may be longer.
LONGEST_CELL_SHOWN = 40


class ServiceAdvisor(DealerModel):
    """The advisor named on a repair order."""

    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="service_advisor_once")]


class ImportRun(DealerModel):
    """One file on its way in: what it is, how far it came, what it did."""

    class State(models.TextChoices):
        # Kept; somebody looks at its columns.
        DRAFT = "DRAFT"
        # A dry run is wanted, or under way.
        CHECKING = "CHECKING"
        CHECKED = "CHECKED"
        # The three of an import that is to be done, see RUNNING.
        QUEUED = "QUEUED"
        READING = "READING"
        MERGING = "MERGING"
        DONE = "DONE"
        STOPPED = "STOPPED"
        FAILED = "FAILED"
        ROLLED_BACK = "ROLLED_BACK"
        # Put away before it was imported.
        DISCARDED = "DISCARDED"

    RUNNING = (State.QUEUED, State.READING, State.MERGING)

    class Stage(models.TextChoices):
        """What a worker is at."""

        READING = "READING"
        COMPARING = "COMPARING"
        MERGING = "MERGING"

    # The import whose set-aside rows this one brought in; it is taken back together with that one.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="fixes", db_index=False
    )
    file_name = models.CharField(max_length=255)
    # Where the upload lies; empty once it is let go, or where the command reads a file of its own.
    file_path = models.CharField(max_length=200, default="", db_default="")
    file_sha256 = models.CharField(max_length=64, default="", db_default="")
    state = models.CharField(max_length=11, choices=State.choices, default=State.READING)
    # Encoding, delimiter, sheet, unit and date order as recognised.
    dialect = models.JSONField(default=dict, db_default={})
    # Field -> header, as used.
    mapping = models.JSONField(default=dict, db_default={})
    # For a person to look at: {"key": of the header row, "headers": [...], "rows": the first ones}; gone with the file.
    head = models.JSONField(default=dict, db_default={})
    as_of_date = models.DateField()
    stage = models.CharField(max_length=9, choices=Stage.choices, default="", db_default="", blank=True)
    # Of the stage: rows read, or steps taken; a total of 0 is not known yet.
    stage_done = models.BigIntegerField(default=0, db_default=0)
    stage_total = models.BigIntegerField(default=0, db_default=0)
    # When the loop looks at it next: whether its worker lives, or whether its file has lain here long enough.
    look_again_at = models.DateTimeField(null=True, blank=True)
    # How often a worker took it up; a file that kills its workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    rows_read = models.BigIntegerField(default=0, db_default=0)
    bytes_read = models.BigIntegerField(default=0, db_default=0)
    bytes_total = models.BigIntegerField(default=0, db_default=0)
    # The one object that the command prints.
    counts = models.JSONField(default=dict, db_default={})
    # The same object of the last dry run: what would happen.
    forecast = models.JSONField(default=dict, db_default={})
    # Days this file covers by opening date: a day no file covers is "incomplete" in figures.
    first_date = models.DateField(null=True, blank=True)
    last_date = models.DateField(null=True, blank=True)
    error = models.CharField(max_length=500, default="", db_default="")
    # Why it failed, for programs and translators: {"code": "rows_break_off", "facts": {"line": 17}}.
    fault = models.JSONField(default=dict, db_default={})
    # Asked to stop by a person; the worker looks between two chunks and two steps.
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=80, default="system", db_default="system")

    class Meta:
        constraints = [
            # One import at a time: two would wait for each other's rows, and nobody could say which came first.
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=("QUEUED", "READING", "MERGING")),
                name="import_run_one_at_a_time",
            )
        ]
        indexes = [
            # The history, newest first.
            models.Index(fields=["-started_at"], name="import_run_newest"),
            # The history by the file's name.
            models.Index(fields=["file_name", "id"], name="import_run_by_file"),
            # What is due to be looked at: a handful of rows.
            models.Index(
                fields=["look_again_at"],
                name="import_run_look_again",
                condition=models.Q(look_again_at__isnull=False),
            ),
            # What was brought in of a run's set-aside rows; few runs have a parent.
            models.Index(fields=["parent"], name="import_run_fixes", condition=models.Q(parent__isnull=False)),
        ]


class ImportRow(DealerModel):
    """A row set aside or kept with a warning: where, what, why; it can be fixed and retried."""

    class State(models.TextChoices):
        REFUSED = "REFUSED"
        WARNED = "WARNED"
        FIXED = "FIXED"
        DISMISSED = "DISMISSED"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_number = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    reason = models.CharField(max_length=40)
    column = models.CharField(max_length=100, default="", db_default="")
    value = models.CharField(max_length=300, default="", db_default="")
    # The whole row as read: field -> text. A cell is text and never a formula.
    cells = models.JSONField(default=dict, db_default={})
    # What a person wrote over it: field -> text.
    corrections = models.JSONField(default=dict, db_default={})
    # Of all that the row says: the same row in a later file is not set aside twice.
    fingerprint = models.CharField(max_length=32, default="", db_default="")

    class Meta:
        indexes = [
            # The rows of one run by state, in file order.
            models.Index(fields=["run", "state", "row_number"], name="import_row_of_run"),
            # "Was this row set aside before?"
            models.Index(fields=["fingerprint"], name="import_row_fingerprint"),
        ]


class ImportVerdict(DealerModel):
    """What a dry run says of one row; gone once the file was imported or put away."""

    class Kind(models.TextChoices):
        CREATE = "CREATE"
        UPDATE = "UPDATE"
        UNCHANGED = "UNCHANGED"
        # It stands in the file once more, later.
        REPEATED = "REPEATED"
        REFUSED = "REFUSED"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="verdicts", db_index=False)
    row_number = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    order_number = models.CharField(max_length=LONGEST_CELL_SHOWN, default="", db_default="")
    opened_date = models.DateField(null=True, blank=True)
    plate = models.CharField(max_length=LONGEST_CELL_SHOWN, default="", db_default="")
    # [{"reason": "phone_unusable", "column": "手机", "value": "12"}, ...]
    problems = models.JSONField(default=list, db_default=[])
    # Kept, but for cells that could not be used.
    is_warned = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            # The rows of a dry run in file order: all of them, those of one kind, those with a warning.
            models.Index(fields=["run", "row_number"], name="import_verdict_of_run"),
            models.Index(fields=["run", "kind", "row_number"], name="import_verdict_kind"),
            models.Index(
                fields=["run", "row_number"], name="import_verdict_warned", condition=models.Q(is_warned=True)
            ),
        ]


class ImportChange(DealerModel):
    """What an import put in place of what, so that it can be rolled back."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes", db_index=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    # Null: the import created what `after["ids"]` lists, a thousand at most; `subject_id` is the first.
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(default=dict, db_default={})

    class Meta:
        indexes = [
            models.Index(fields=["run", "subject_kind"], name="import_change_of_run"),
            # "Did a later import touch this?"
            models.Index(fields=["subject_kind", "subject_id"], name="import_change_subject"),
        ]


class ColumnMapping(DealerModel):
    """Columns a person corrected once, remembered for files with the same headers."""

    # A hash of the folded header row.
    header_key = models.CharField(max_length=64)
    # Field -> header.
    mapping = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["header_key"], name="column_mapping_once")]


class RepairOrder(DealerModel):
    """One visit to the workshop; without closing time the car is still there."""

    class Kind(models.TextChoices):
        MAINTENANCE = "MAINTENANCE"
        REPAIR = "REPAIR"
        BODY = "BODY"
        WARRANTY = "WARRANTY"
        OTHER = "OTHER"

    number = models.CharField(max_length=40)
    # The opening day in the dealer's zone; part of the key, as numbers start anew in some DMS.
    opened_date = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    vehicle = models.ForeignKey("core.Vehicle", on_delete=models.PROTECT, related_name="repair_orders", db_index=False)
    # Who brought the car.
    customer = models.ForeignKey("core.Customer", on_delete=models.PROTECT, related_name="repair_orders")
    advisor = models.ForeignKey(ServiceAdvisor, null=True, blank=True, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.OTHER)
    odometer_km = models.IntegerField(null=True, blank=True)
    total_minor = models.BigIntegerField(null=True, blank=True)
    # The advisor's question "may we call?", as answered at this visit; null: not asked.
    may_contact = models.BooleanField(null=True, blank=True)
    # Hash of the merged values: an unchanged row changes nothing.
    content_hash = models.CharField(max_length=64, default="", db_default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The import's key.
            models.UniqueConstraint(fields=["number", "opened_date"], name="repair_order_once"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="repair_order_forwards",
            ),
        ]
        indexes = [
            # A vehicle's visits, newest first: last maintenance, odometer rate, lapse.
            models.Index(fields=["vehicle", "-opened_at"], name="repair_order_of_vehicle"),
            # Daily intake.
            models.Index(fields=["opened_date"], name="repair_order_opened"),
            # Who left the workshop in the last days.
            models.Index(fields=["closed_at"], name="repair_order_closed"),
        ]


class RepairOrderLine(DealerModel):
    """One item of work or one part of a repair order."""

    class Kind(models.TextChoices):
        WORK = "WORK"
        PART = "PART"

    repair_order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.WORK)
    text = models.CharField(max_length=300)
    part_number = models.CharField(max_length=40, default="", db_default="")
    quantity = models.DecimalField(max_digits=10, decimal_places=2, default=1, db_default=1)
    amount_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # Lines are replaced by position when a corrected order comes.
            models.UniqueConstraint(fields=["repair_order", "position"], name="repair_order_line_once")
        ]
