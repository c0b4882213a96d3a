"""The history of imports and a dry run's verdicts as files: columns, which the console shows by the same keys."""

from django.utils.translation import gettext_noop as _

from api import import_words
from api.exporting import Column
from api.list_words import IMPORT_STATES, VERDICTS, said
from core.models import ImportVerdict

HISTORY = (
    Column("file", _("File"), lambda row, _names: row.file_name),
    Column("state", _("State"), lambda row, _names: said(IMPORT_STATES, row.state)),
    Column("begun", _("Begun"), lambda row, _names: row.started_at),
    Column("by", _("Who"), lambda row, names: names.get(row.actor, "")),
    Column("rows", _("Rows"), lambda row, _names: row.rows_read),
    Column("created", _("New"), lambda row, _names: row.counts.get("created")),
    Column("updated", _("Changed"), lambda row, _names: row.counts.get("updated")),
    Column("waiting", _("To fix"), lambda row, _names: row.waiting),
)


def _why(verdict: ImportVerdict) -> str:
    return "; ".join(
        f"{problem['column']}: {problem['value']} {import_words.sentence_of(problem['reason'])}"
        for problem in verdict.problems
    )


VERDICT = (
    Column("row", _("Row"), lambda row, _names: row.row_number),
    Column("verdict", _("What happens"), lambda row, _names: said(VERDICTS, row.kind)),
    Column("order", _("Repair order"), lambda row, _names: row.order_number),
    Column("opened", _("Opened"), lambda row, _names: row.opened_date),
    Column("plate", _("Plate"), lambda row, _names: row.plate),
    Column("why", _("Why"), lambda row, _names: _why(row)),
)
