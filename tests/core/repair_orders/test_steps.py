"""A kept file on its way: recognised, named, checked, imported, stopped, lost and found again."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages

from core import sweeps
from core.repair_orders.imports import keeping, queueing, stages, steps, uploads, working
from core.repair_orders.imports.faults import FileEmpty
from core.repair_orders.imports.steps import Step
from core.repair_orders.imports.turns import ImportRunning
from core.repair_orders.models import ColumnMapping, ImportRow, ImportRun, ImportVerdict, RepairOrder
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope
from tenants.tasks import Call, collected
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import AS_OF, NOW, everything, import_rows

pytestmark = pytest.mark.usefixtures("in_north", "_own_folder")
LATER = NOW + timedelta(hours=1)
STRANGE = f"nr;wagen;datum;notiz\nRO1;{exports.VIN_CHINA};2026-11-18;x\n"


@pytest.fixture
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    # The storage remembers where it was.
    for remembered in ("base_location", "location"):
        vars(storages["default"]).pop(remembered, None)


@pytest.fixture
def sent(django_capture_on_commit_callbacks: object) -> Iterator[list[Call]]:
    with collected() as calls:
        yield calls


def receive(*rows: list[str], content: bytes | None = None) -> ImportRun:
    stream = io.BytesIO(content) if content is not None else exports.text_file(rows, encoding="gb18030")
    return uploads.receive_file(stream, file_name="export.csv", as_of_date=AS_OF, now=NOW, actor="user:1")


def check(run: ImportRun) -> ImportRun:
    queueing.ask_to_check(run.pk, now=NOW)
    assert working.work_on(run.pk, now=NOW)
    run.refresh_from_db()
    return run


def start(run: ImportRun) -> ImportRun:
    queueing.ask_to_start(run.pk, now=NOW, actor="user:2")
    assert working.work_on(run.pk, now=NOW)
    run.refresh_from_db()
    return run


def files_of(dealer: DealerRef) -> list[str]:
    with dealer_scope(dealer):
        folder = Path(settings.MEDIA_ROOT) / f"dealers/{dealer.schema}/{keeping.FOLDER}"
    return [path.name for path in folder.glob("*")]


def test_an_upload_is_kept_and_its_columns_are_recognised(north: DealerRef) -> None:
    run = receive(row(name="安娜"))

    assert (run.state, run.bytes_total > 0, run.mapping["vin"]) == ("DRAFT", True, "VIN码")
    assert (run.head["headers"][0], run.head["rows"][0][3]) == ("委托书号", "安娜")
    assert len(files_of(north)) == 1
    assert "export" not in files_of(north)[0]
    assert set(queueing.steps_of(run)) == {Step.NAME_COLUMNS, Step.CHECK, Step.START, Step.DISCARD}
    assert not RepairOrder.objects.exists()


def test_a_file_that_cannot_be_read_is_not_kept(north: DealerRef) -> None:
    with pytest.raises(FileEmpty):
        receive(content=b"")

    assert not ImportRun.objects.exists()
    assert files_of(north) == []


def test_unknown_columns_are_for_a_person_to_name_once() -> None:
    run = receive(content=STRANGE.encode())

    assert (run.head["headers"], run.mapping) == (["nr", "wagen", "datum", "notiz"], {})
    assert Step.START not in queueing.steps_of(run)
    with pytest.raises(queueing.StepNotAllowed):
        queueing.ask_to_start(run.pk, now=NOW, actor="user:1")

    named = uploads.name_columns(run.pk, mapping={"ro_number": "nr", "vin": "wagen", "opened": "datum"}, now=NOW)

    assert Step.START in queueing.steps_of(named)
    assert start(run).counts["created"] == 1
    assert receive(content=STRANGE.replace("RO1", "RO2").encode()).mapping["vin"] == "wagen"


def test_a_recognised_column_can_be_said_to_be_none() -> None:
    run = receive(row(advisor="A1"))

    uploads.name_columns(run.pk, mapping={**run.mapping, "advisor": ""}, now=NOW)
    start(run)

    assert RepairOrder.objects.get().advisor is None
    assert "advisor" not in receive(row()).mapping


def test_a_required_column_must_be_named() -> None:
    run = receive(content=STRANGE.encode())

    with pytest.raises(uploads.ColumnsMissing, match="opened"):
        uploads.name_columns(run.pk, mapping={"ro_number": "nr", "vin": "wagen"}, now=NOW)

    assert not ColumnMapping.objects.exists()


def test_of_two_columns_with_one_name_each_can_be_meant() -> None:
    text = f"nr;tag;tag;wagen\nRO1;x;2026-11-18;{exports.VIN_CHINA}\n"
    run = receive(content=text.encode())

    assert run.head["headers"] == ["nr", "tag", "tag (2)", "wagen"]
    uploads.name_columns(run.pk, mapping={"ro_number": "nr", "vin": "wagen", "opened": "tag (2)"}, now=NOW)
    assert start(run).counts["created"] == 1


def test_a_check_gives_each_row_a_verdict_and_changes_nothing() -> None:
    import_rows(row(number="RO1"), row(number="RO2"))
    before = everything()

    run = check(
        receive(
            row(number="RO1"),
            row(number="RO2", total="9.00"),
            row(number="RO3", phone="12"),
            row(number="RO4"),
            row(number="RO4", total="1.00"),
            row(number="RO5", vin="LZW"),
            [""] * len(exports.COLUMNS),
        )
    )

    assert run.state == "CHECKED"
    verdicts = ImportVerdict.objects.filter(run=run).order_by("row_number")
    assert list(verdicts.values_list("row_number", "kind", "order_number", "is_warned")) == [
        (2, "UNCHANGED", "RO1", False),
        (3, "UPDATE", "RO2", False),
        (4, "CREATE", "RO3", True),
        (5, "REPEATED", "RO4", False),
        (6, "CREATE", "RO4", False),
        (7, "REFUSED", "RO5", False),
    ]
    assert verdicts[2].problems == [{"reason": "phone_unusable", "column": "手机", "value": "12"}]
    assert (verdicts[5].problems[0]["reason"], verdicts[5].plate) == ("vin_malformed", "桂A12345")
    assert (run.forecast["created"], run.forecast["updated"], run.forecast["unchanged"]) == (2, 1, 1)
    assert everything() == before


def test_the_import_does_what_the_check_said() -> None:
    rows = [row(), row(number="RO2", vin="LZW"), row(number="RO3", phone="12345"), row(number="RO3", phone="12345")]

    run = check(receive(*rows))
    forecast = run.forecast | {"seconds": 0}
    start(run)

    assert run.counts | {"seconds": 0} == forecast
    assert (run.state, run.actor, run.rows_read) == ("DONE", "user:2", 4)


def test_a_file_whose_rows_are_in_is_let_go(north: DealerRef) -> None:
    run = check(receive(row()))

    start(run)

    assert (run.file_path, run.head, run.look_again_at) == ("", {}, None)
    assert files_of(north) == []
    assert not ImportVerdict.objects.exists()
    assert queueing.steps_of(run) == (Step.FIX_ROWS, Step.ROLL_BACK)


def test_columns_named_anew_make_the_check_void() -> None:
    run = check(receive(row()))

    uploads.name_columns(run.pk, mapping=run.mapping, now=NOW)

    run.refresh_from_db()
    assert (run.state, run.forecast) == ("DRAFT", {})
    assert not ImportVerdict.objects.exists()


def test_two_workers_do_it_once() -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")

    assert working.work_on(run.pk, now=NOW)
    assert not working.work_on(run.pk, now=NOW)
    assert RepairOrder.objects.count() == 1


def test_a_second_import_is_answered_clearly() -> None:
    first, second = receive(row()), receive(row(number="RO2"))
    queueing.ask_to_start(first.pk, now=NOW, actor="user:1")

    with pytest.raises(ImportRunning):
        queueing.ask_to_start(second.pk, now=NOW, actor="user:1")
    with pytest.raises(ImportRunning):
        import_rows(row())

    second.refresh_from_db()
    assert second.state == "DRAFT"
    working.work_on(first.pk, now=NOW)
    assert start(second).state == "DONE"


def test_one_that_nobody_has_begun_is_stopped_at_once_and_goes_on_later() -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")

    queueing.ask_to_stop(run.pk, now=NOW)

    run.refresh_from_db()
    assert run.state == "STOPPED"
    assert not working.work_on(run.pk, now=NOW)
    assert start(run).state == "DONE"


def test_a_worker_stops_between_two_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")
    monkeypatch.setattr(working, "_tell", lambda progress: queueing.ask_to_stop(progress.run_id, now=NOW))

    working.work_on(run.pk, now=NOW)

    run.refresh_from_db()
    assert (run.state, RepairOrder.objects.count()) == ("STOPPED", 0)
    assert keeping.storage().exists(run.file_path)


def test_a_merge_that_is_stopped_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")

    def stop_late(progress: object) -> None:
        if (progress.stage, progress.done) == ("MERGING", 4):  # type: ignore[attr-defined]  # a Progress
            queueing.ask_to_stop(run.pk, now=NOW)

    monkeypatch.setattr(working, "_tell", stop_late)
    working.work_on(run.pk, now=NOW)

    run.refresh_from_db()
    assert (run.state, RepairOrder.objects.count()) == ("STOPPED", 0)


def test_a_check_that_is_stopped_is_a_draft_again() -> None:
    run = receive(row())
    queueing.ask_to_check(run.pk, now=NOW)

    queueing.ask_to_stop(run.pk, now=NOW)

    run.refresh_from_db()
    assert run.state == "DRAFT"


def test_a_killed_worker_leaves_work_that_is_handed_out_again(
    sent: list[Call], django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def be_killed(*_: object, **__: object) -> None:
        raise Killed

    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")
    with monkeypatch.context() as patched:
        patched.setattr(stages, "merge_staged", be_killed)
        with pytest.raises(Killed):
            working.work_on(run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("READING", 1)
    assert queueing.look_after(now=NOW) == 0

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        assert sweeps.run(now=NOW + timedelta(minutes=2))["imports_looked_at"] == 1

    assert [(call.task, call.args) for call in sent] == [("core.repair_orders.imports.work_on", (run.pk,))]
    assert working.work_on(run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.state, RepairOrder.objects.count()) == ("DONE", 1)


def test_a_file_that_kills_every_worker_is_given_up() -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")
    ImportRun.objects.update(attempts=working.MOST_ATTEMPTS)

    working.work_on(run.pk, now=NOW)

    run.refresh_from_db()
    assert (run.state, run.fault["code"]) == ("FAILED", "interrupted")
    assert Step.START in queueing.steps_of(run)


def test_a_file_that_breaks_off_fails_with_its_place() -> None:
    rows = [row(number=f"RO{number}") for number in range(100)]
    run = receive(content=exports.text_file(rows).getvalue() + b'"' + b"x" * 30_000)

    start(run)

    assert (run.state, run.fault["code"], run.fault["facts"]["line"] > 100) == ("FAILED", "rows_unreadable", True)


def test_a_file_that_is_gone_says_so() -> None:
    run = receive(row())
    keeping.storage().delete(run.file_path)

    assert start(run).fault["code"] == "file_missing"


def test_a_file_that_nobody_finishes_goes_after_a_week(north: DealerRef) -> None:
    run = check(receive(row()))
    assert queueing.look_after(now=NOW + timedelta(days=6)) == 0

    assert queueing.look_after(now=NOW + timedelta(days=8)) == 1

    run.refresh_from_db()
    assert (run.state, run.file_path, run.head) == ("DISCARDED", "", {})
    assert files_of(north) == []
    assert not ImportVerdict.objects.exists()


def test_a_file_left_behind_by_a_crash_is_let_go(north: DealerRef) -> None:
    run = receive(row())
    ImportRun.objects.update(state="DONE", look_again_at=NOW)

    queueing.look_after(now=NOW)

    run.refresh_from_db()
    assert (run.state, run.file_path, files_of(north)) == ("DONE", "", [])


def test_a_discarded_file_is_deleted(north: DealerRef) -> None:
    run = queueing.discard(receive(row()).pk, now=NOW)

    assert (run.state, files_of(north)) == ("DISCARDED", [])
    with pytest.raises(queueing.StepNotAllowed):
        queueing.ask_to_start(run.pk, now=NOW, actor="user:1")


def test_the_dealer_is_woken_to_look(north: DealerRef) -> None:
    run = receive(row())
    queueing.ask_to_start(run.pk, now=NOW, actor="user:1")

    assert Wakeup.objects.filter(dealer_id=north.id, next_due_at__lte=LATER).exists()
    assert sweeps.next_at() == NOW + queueing.BEGUN_WITHIN


def test_norths_worker_finds_nothing_of_south(south: DealerRef) -> None:
    with dealer_scope(south):
        theirs = receive(row())
        queueing.ask_to_start(theirs.pk, now=NOW, actor="user:1")

    assert not working.work_on(theirs.pk, now=NOW)
    assert queueing.look_after(now=LATER) == 0
    # And theirs does not keep ours from beginning.
    assert start(receive(row())).state == "DONE"
    assert (len(files_of(south)), ImportRow.objects.count()) == (1, 0)


@pytest.mark.parametrize("state", ImportRun.State.values)
def test_every_state_says_what_may_be_done(state: str) -> None:
    may = steps.allowed(state, has_file=True, has_columns=True)

    assert set(may) <= set(Step)
    assert steps.allowed(state, has_file=False, has_columns=True) == tuple(
        step for step in may if step in steps.WITHOUT_FILE
    )
