"""Keeping schemas current: the template first, then every dealer that is behind.

A dealer's `migrated_state` says which migrations its schema has seen, so one query finds
those that are behind. The first schema of each state runs the migrations as Django does, and
the statements are kept; the others of that state run the statements, without building
Django's model states again. That is safe because schemas of one state are equal to the names
of their constraints. Migrations in Python, or outside a transaction, are run as Django does
on every schema. A killed run leaves whole migrations behind and is taken up where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder

from tenants import router
from tenants.backend.schema import recording
from tenants.executor import SchemaExecutor
from tenants.models import Dealer
from tenants.scope import operator_scope

# Not of a dealer's form (d_ and no second underscore), so no dealer's name can lead to it.
TEMPLATE = "dealer_template"

# Numbers of advisory locks; any would do. One keeps a new dealer from being copied from a template
# that is changing; the other lets one migrating run wait for another.
TEMPLATE_LOCK = 7_240_001
RUN_LOCK = 7_240_002

Key = tuple[str, str]
Say = Callable[[str], object]


@dataclass(frozen=True)
class Step:
    """One migration as it ran: its key, and the statements it consisted of."""

    key: Key
    statements: list[str]


@dataclass
class Recording:
    """How schemas of one state reached the target; not repeatable if SQL does not say all of it."""

    steps: list[Step] = field(default_factory=list)
    is_repeatable: bool = True


def keep_template_still() -> None:
    """Hold off changes of the template until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [TEMPLATE_LOCK])


def state_of(schema: str) -> str:
    """Return a word for the migrations a schema has seen, empty if it has seen none."""
    with operator_scope(schema), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{schema}.django_migrations"])
        if cursor.fetchone() == (None,):
            return ""
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        names = "\n".join(sorted(name for (name,) in cursor.fetchall()))
    if not names:
        return ""
    return hashlib.sha256(names.encode()).hexdigest()


def migrate_dealers(*, app: str | None = None, migration: str | None = None, say: Say) -> int:
    """Bring the template and all dealers' schemas to the newest (or the named) migration.

    Returns how many dealers were behind. Schemas that are done stay done if a migration raises.
    """
    run = _Run(app=app, migration=migration)
    with operator_scope(), _locked(RUN_LOCK):
        with _locked(TEMPLATE_LOCK):
            _make_template()
            run.bring(TEMPLATE)
        target = state_of(TEMPLATE)
        behind = list(Dealer.objects.exclude(migrated_state=target).order_by("pk"))
        for number, dealer in enumerate(behind, start=1):
            run.bring(dealer.schema)
            Dealer.objects.filter(pk=dealer.pk).update(migrated_state=state_of(dealer.schema))
            say(f"Migrated {dealer.name}, {number} of {len(behind)}.")
    return len(behind)


class _Run:
    """One run over many schemas: what was asked for, and how each state was brought there."""

    def __init__(self, *, app: str | None, migration: str | None) -> None:
        self._app, self._migration = app, migration
        self._recordings: dict[str, Recording] = {}

    def bring(self, schema: str) -> None:
        """Bring one schema to the target."""
        state = state_of(schema)
        known = self._recordings.get(state)
        with operator_scope(schema):
            if known and known.is_repeatable:
                _repeat(known)
            else:
                self._recordings[state] = self._execute()

    def _execute(self) -> Recording:
        recorder = _Recorder()
        executor = SchemaExecutor(connection, progress_callback=recorder.progress)  # type: ignore[arg-type]  # the stub spells out each call
        with recorder.listening():
            executor.migrate(self._targets(executor))
        return recorder.result

    def _targets(self, executor: MigrationExecutor) -> list[tuple[str, str | None]]:
        loader = executor.loader
        if self._app and self._migration == "zero":
            return [(self._app, None)]
        if self._app and self._migration:
            name = loader.get_migration_by_prefix(self._app, self._migration).name
            return [(self._app, name)]
        wanted = {self._app} if self._app else router.dealer_apps()
        return [node for node in loader.graph.leaf_nodes() if node[0] in wanted]


class _Recorder:
    """Listens to Django's executor and keeps each migration's statements."""

    def __init__(self) -> None:
        self.result = Recording()
        self._statements: list[str] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        token = recording.set(self._statements)
        try:
            yield
        finally:
            recording.reset(token)

    def progress(self, action: str, migration: Migration | None = None, _fake: bool = False) -> None:  # Django's call
        if migration is None:
            return
        if action == "apply_start":
            self._statements.clear()
        elif action == "apply_success":
            step = Step((migration.app_label, migration.name), list(self._statements))
            self.result.steps.append(step)
            self.result.is_repeatable &= _is_repeatable(migration)
        elif action == "unapply_start":
            self.result.is_repeatable = False


def _is_repeatable(migration: Migration) -> bool:
    is_plain = migration.atomic and not migration.replaces
    return is_plain and not any(_is_python(operation) for operation in migration.operations)


def _is_python(operation: Operation) -> bool:
    if isinstance(operation, SeparateDatabaseAndState):
        return any(_is_python(inner) for inner in operation.database_operations)
    return isinstance(operation, RunPython)


def _repeat(known: Recording) -> None:
    """Run the kept statements: a transaction for each migration, as Django does."""
    recorder = MigrationRecorder(connection)
    for step in known.steps:
        with transaction.atomic():
            if step.statements:
                _run(";\n".join(step.statements))
            recorder.record_applied(*step.key)


def _run(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def _make_template() -> None:
    _run(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE}")


@contextmanager
def _locked(number: int) -> Iterator[None]:
    # For the session, for the run spans many transactions.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
