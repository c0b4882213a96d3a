"""What an import would do, told row by row: the staged rows are compared with the files, and nothing else is done."""

from core.repair_orders.imports import merge, sql
from core.repair_orders.imports.merge import Circumstances, Counts

# Every row of the file as it was read, before repeats are folded.
SEEN = """
CREATE TEMPORARY TABLE stage_seen ON COMMIT DROP AS
SELECT o.row_number, o.number, o.opened_date, p.plate, true AS is_order
FROM stage_order o JOIN stage_party p ON p.no = o.party
UNION ALL
SELECT row_number, coalesce(cells ->> 'ro_number', ''), NULL, coalesce(cells ->> 'plate', ''), false
FROM stage_problem WHERE state = 'REFUSED'
"""
# An order that is in the file no more was folded; one that is there, but not left to be merged, says nothing new.
KEEP = """
INSERT INTO core_importverdict (run_id, row_number, kind, order_number, opened_date, plate, problems, is_warned)
SELECT %(run)s, s.row_number, f.kind, left(s.number, 40), s.opened_date, left(s.plate, 40),
       coalesce(p.problems, '[]'), p.problems IS NOT NULL AND f.kind <> 'REFUSED'
FROM stage_seen s
LEFT JOIN stage_row r ON r.row_number = s.row_number
LEFT JOIN (
    SELECT row_number, jsonb_agg(
        jsonb_build_object('reason', reason, 'column', column_name, 'value', value) ORDER BY reason
    ) AS problems
    FROM stage_problem GROUP BY row_number
) p ON p.row_number = s.row_number
CROSS JOIN LATERAL (SELECT CASE
    WHEN NOT s.is_order AND p.problems IS NOT NULL THEN 'REFUSED'
    WHEN r.row_number IS NOT NULL AND r.is_new THEN 'CREATE'
    WHEN r.row_number IS NOT NULL THEN 'UPDATE'
    WHEN EXISTS (SELECT 1 FROM stage_order o WHERE o.row_number = s.row_number) THEN 'UNCHANGED'
    ELSE 'REPEATED'
END AS kind) f
ORDER BY s.row_number
"""
LEFT = "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM stage_row"
FORGET = "DELETE FROM core_importverdict WHERE run_id = %(run)s"


def compare(circumstances: Circumstances, *, blank_rows: int, keeps_verdicts: bool) -> Counts:
    """Return what a merge of the staged rows would count, and keep a verdict on each if asked to.

    Call it inside a transaction.
    """
    values = circumstances.values
    if keeps_verdicts:
        sql.run(FORGET, values)
        sql.run(SEEN)
    compared = merge.compare(values, blank_rows=blank_rows)
    created, updated = sql.row(LEFT)
    if keeps_verdicts:
        # The planner can't see how large tables of this transaction are; without, it loops where it should hash.
        sql.run("ANALYZE stage_seen, stage_row, stage_problem")
        sql.run(KEEP, values)
    counts = compared.counts(created=created, updated=updated)
    merge.drop_work_tables()
    return counts


def forget(run_id: int) -> None:
    """Drop the verdicts of a run: they were of the day they were given."""
    sql.run(FORGET, {"run": run_id})
