"""The first part of the merge: fold repeats, find the car of a corrected or mistyped VIN, tell what is new.

Works on the staged rows; of the dealer's own tables it only reads.
"""

from core.repair_orders.imports import sql

# A key that stands in the file more than once, and how many different things it says.
REPEATS = """
CREATE TEMPORARY TABLE stage_repeat ON COMMIT DROP AS
SELECT number, opened_date, count(*) AS times, count(DISTINCT hash) AS versions, max(row_number) AS last_row
FROM stage_order
WHERE (number, opened_date) IN (
    SELECT number, opened_date FROM stage_order GROUP BY number, opened_date HAVING count(*) > 1
)
GROUP BY number, opened_date
"""
COUNT_REPEATS = "SELECT coalesce(sum(times - versions), 0), coalesce(sum(versions - 1), 0) FROM stage_repeat"
# Of several versions in one file the last one counts.
DROP_REPEATS = """
DELETE FROM stage_order o USING stage_repeat r
WHERE o.number = r.number AND o.opened_date = r.opened_date AND o.row_number < r.last_row
"""
DROP_REPEATED_REFUSALS = """
DELETE FROM stage_problem p USING (
    SELECT fingerprint, min(row_number) AS first_row FROM stage_problem WHERE state = 'REFUSED'
    GROUP BY fingerprint HAVING count(*) > 1
) r
WHERE p.state = 'REFUSED' AND p.fingerprint = r.fingerprint AND p.row_number > r.first_row
"""
DROP_WARNINGS_OF_REPEATS = """
DELETE FROM stage_problem p
WHERE p.state = 'WARNED' AND NOT EXISTS (SELECT 1 FROM stage_order o WHERE o.row_number = p.row_number)
"""

USED = """
CREATE TEMPORARY TABLE stage_used ON COMMIT DROP AS
SELECT party, max(opened_wall) AS last_wall FROM stage_order GROUP BY party
"""
# A car that a person gave another VIN is still called by its first one in the dealer's system. Only by that: what
# people wrote in between was never in an export, and may be another car's.
CORRECTED = """
WITH first AS (
    SELECT DISTINCT ON (subject_id) subject_id, before FROM core_fieldchange
    WHERE subject_kind = 'vehicle' AND field = 'vin' ORDER BY subject_id, at, id
)
UPDATE stage_party p SET vin = v.vin, is_vin_suspect = v.is_vin_suspect
FROM first f JOIN core_vehicle v ON v.id = f.subject_id
WHERE p.vin = f.before AND NOT EXISTS (SELECT 1 FROM core_vehicle named WHERE named.vin = p.vin)
"""
# What a person has compared with the car is doubted no more: it is no other car's, and no warning.
KNOWN_RIGHT = """
UPDATE stage_party p SET is_vin_suspect = false FROM core_vehicle v
WHERE p.is_vin_suspect AND v.vin = p.vin AND NOT v.is_vin_suspect
"""
DROP_ANSWERED = """
DELETE FROM stage_problem w USING stage_order o JOIN stage_party p ON p.no = o.party
WHERE w.state = 'WARNED' AND w.reason = 'vin_check_digit' AND w.row_number = o.row_number AND NOT p.is_vin_suspect
"""
# A VIN with a wrong check digit belongs to the one car with the same plate that is one character off.
ATTACH = """
WITH suspect AS (
    SELECT p.no, p.vin, p.plate_key FROM stage_party p JOIN stage_used u ON u.party = p.no
    WHERE p.is_vin_suspect AND p.plate_key <> ''
), known AS (
    SELECT p.plate_key, p.vin FROM stage_party p JOIN stage_used u ON u.party = p.no
    WHERE NOT p.is_vin_suspect AND p.plate_key IN (SELECT plate_key FROM suspect)
    UNION
    SELECT v.plate_key, v.vin FROM core_vehicle v
    WHERE NOT v.is_vin_suspect AND v.plate_key IN (SELECT plate_key FROM suspect)
), fitting AS (
    SELECT s.no, min(k.vin) AS vin FROM suspect s JOIN known k USING (plate_key)
    WHERE (SELECT count(*) FROM generate_series(1, 17) at WHERE substr(s.vin, at, 1) <> substr(k.vin, at, 1)) = 1
    GROUP BY s.no HAVING count(*) = 1
)
UPDATE stage_party p SET vin = f.vin, is_vin_suspect = false FROM fitting f WHERE p.no = f.no
"""
CARS = """
CREATE TEMPORARY TABLE stage_car ON COMMIT DROP AS
SELECT row_number() OVER ()::integer AS no, c.* FROM (
    SELECT DISTINCT ON (p.vin) p.vin, p.is_vin_suspect, p.plate, p.plate_key, p.model, p.purchase_date, u.last_wall
    FROM stage_party p JOIN stage_used u ON u.party = p.no
    -- The latest order that names a plate.
    ORDER BY p.vin, p.plate <> '' DESC, u.last_wall DESC, p.no DESC
) c
"""
# Orders by whole numbers from here on; `id` is the order that is already known.
ROWS = """
CREATE TEMPORARY TABLE stage_row ON COMMIT DROP AS
SELECT o.row_number, o.hash, o.number, o.opened_date, o.opened_wall, o.closed_wall, o.odometer_km, o.total_minor,
       o.party, o.visit, c.no AS car, r.id, r.content_hash AS known_hash, r.closed_at AS known_closed_at,
       (r.id IS NULL) AS is_new
FROM stage_order o
JOIN stage_party p ON p.no = o.party
JOIN stage_car c ON c.vin = p.vin
LEFT JOIN core_repairorder r ON r.number = o.number AND r.opened_date = o.opened_date
"""
# Lower than the reading before it. Only the neighbour is asked: one reading mistyped high must not
# spoil all that come after it.
BACKWARDS = """
CREATE TEMPORARY TABLE stage_backwards ON COMMIT DROP AS
SELECT row_number FROM (
    SELECT row_number, odometer_km,
           lag(odometer_km) OVER (PARTITION BY car ORDER BY opened_wall, row_number) AS before_km
    FROM (
        SELECT car, row_number, opened_wall, odometer_km FROM stage_row WHERE odometer_km IS NOT NULL
        UNION ALL
        SELECT c.no, NULL, r.opened_at AT TIME ZONE %(timezone)s, r.odometer_km
        FROM stage_car c JOIN core_vehicle v ON v.vin = c.vin JOIN core_repairorder r ON r.vehicle_id = v.id
        WHERE r.odometer_km IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stage_row s WHERE s.id = r.id)
    ) reading
) compared
WHERE row_number IS NOT NULL AND odometer_km < before_km
"""
DROP_BACKWARDS = """
WITH dropped AS (
    UPDATE stage_row s SET odometer_km = NULL FROM stage_backwards b, stage_order o
    WHERE s.row_number = b.row_number AND o.row_number = b.row_number
    RETURNING s.row_number, s.hash, s.number, o.odometer_km
)
INSERT INTO stage_problem (row_number, fingerprint, state, reason, column_name, value, cells)
SELECT row_number, hash, 'WARNED', 'odometer_backwards', %(odometer_column)s, odometer_km || ' km',
       jsonb_build_object('ro_number', number, 'odometer', odometer_km || ' km')
FROM dropped
"""
HELD = "SELECT count(*), count(*) FILTER (WHERE closed_wall IS NULL), (SELECT count(*) FROM stage_car) FROM stage_row"
# What was merged before is not looked at again. An order known to be closed is never opened again: an
# older file that overlaps a newer one would else undo it.
DROP_UNCHANGED = """
DELETE FROM stage_row
WHERE known_hash = hash OR (known_closed_at IS NOT NULL AND closed_wall IS NULL)
"""
PROBLEMS = "SELECT reason, count(*) FROM stage_problem WHERE state = %(state)s GROUP BY reason"


def fold_repeats() -> dict[str, int]:
    """Keep one row for each order and each refusal; return how many were folded, by reason."""
    sql.run(REPEATS)
    repeated, superseded = sql.row(COUNT_REPEATS)
    if repeated or superseded:
        sql.run(DROP_REPEATS)
    repeated += sql.run(DROP_REPEATED_REFUSALS)
    sql.run(DROP_WARNINGS_OF_REPEATS)
    folded = {"repeated_row": repeated}
    return folded | ({"superseded_row": superseded} if superseded else {})


def find_cars() -> None:
    """Number the cars of the file, corrected and mistyped VINs attached to the car they mean."""
    sql.run(USED)
    sql.run(CORRECTED)
    sql.run(KNOWN_RIGHT)
    sql.run(DROP_ANSWERED)
    sql.run(ATTACH)
    sql.run(CARS)
    sql.run("ANALYZE stage_car, stage_party")


def compare(values: sql.Values) -> tuple[int, int, int, int]:
    """Find what is new or changed; return orders, still open, vehicles and unchanged ones of the file."""
    sql.run(ROWS)
    sql.run("CREATE INDEX ON stage_row (id)")
    sql.run("ANALYZE stage_row")
    sql.run(BACKWARDS, values)
    sql.run(DROP_BACKWARDS, values)
    orders, still_open, vehicles = sql.row(HELD)
    unchanged = sql.run(DROP_UNCHANGED)
    return orders, still_open, vehicles, unchanged


def problems(state: str) -> dict[str, int]:
    """Return the set-aside rows or the warnings, counted by reason."""
    return sql.pairs(PROBLEMS, {"state": state})
