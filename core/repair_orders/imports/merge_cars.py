"""The part of the merge that keeps vehicles: their plate, model and odometer, and who holds them."""

from core.repair_orders.imports import sql

READINGS = """
CREATE TEMPORARY TABLE stage_reading ON COMMIT DROP AS
SELECT DISTINCT ON (car) car, odometer_km, opened_wall AT TIME ZONE %(timezone)s AS opened_at
FROM stage_row WHERE odometer_km IS NOT NULL ORDER BY car, opened_wall DESC, row_number DESC
"""
NEW_VEHICLES = """
INSERT INTO core_vehicle (vin, plate, plate_key, model, is_vin_suspect, purchase_date, odometer_km, odometer_at,
                          created_at, updated_at)
SELECT c.vin, c.plate, c.plate_key, c.model, c.is_vin_suspect, c.purchase_date, r.odometer_km, r.opened_at,
       %(now)s, %(now)s
FROM stage_car c LEFT JOIN stage_reading r ON r.car = c.no
WHERE NOT EXISTS (SELECT 1 FROM core_vehicle v WHERE v.vin = c.vin)
"""
IDS = """
CREATE TEMPORARY TABLE stage_car_id ON COMMIT DROP AS
SELECT c.no AS car, v.id AS vehicle_id FROM stage_car c JOIN core_vehicle v ON v.vin = c.vin
WHERE EXISTS (SELECT 1 FROM stage_row s WHERE s.car = c.no)
"""
# Only an order as late as any that is known may change what the file says of the car today.
DIFFERENCES = """
INSERT INTO stage_difference (subject_kind, subject_id, field, before, after)
SELECT 'vehicle', v.id, f.field, coalesce(f.before, ''), f.after
FROM stage_car c
JOIN stage_car_id i ON i.car = c.no
JOIN core_vehicle v ON v.id = i.vehicle_id
CROSS JOIN LATERAL (VALUES
    ('plate', v.plate, c.plate), ('model', v.model, c.model),
    ('purchase_date', v.purchase_date::text, c.purchase_date::text)
) AS f (field, before, after)
WHERE f.after <> '' AND f.after IS DISTINCT FROM f.before AND NOT EXISTS (
    SELECT 1 FROM core_repairorder r
    WHERE r.vehicle_id = v.id AND r.opened_at > c.last_wall AT TIME ZONE %(timezone)s
)
"""
APPLY_PLATE = """
UPDATE core_vehicle v SET plate = d.after, plate_key = c.plate_key, updated_at = %(now)s
FROM stage_difference d JOIN stage_car_id i ON i.vehicle_id = d.subject_id JOIN stage_car c ON c.no = i.car
WHERE d.subject_kind = 'vehicle' AND d.field = 'plate' AND v.id = d.subject_id
"""
APPLY_MODEL = """
UPDATE core_vehicle v SET model = d.after, updated_at = %(now)s FROM stage_difference d
WHERE d.subject_kind = 'vehicle' AND d.field = 'model' AND v.id = d.subject_id
"""
APPLY_PURCHASE = """
UPDATE core_vehicle v SET purchase_date = d.after::date, updated_at = %(now)s FROM stage_difference d
WHERE d.subject_kind = 'vehicle' AND d.field = 'purchase_date' AND v.id = d.subject_id
"""
APPLY_READING = """
WITH changed AS (
    SELECT v.id, v.odometer_km AS old_km, v.odometer_at AS old_at, r.odometer_km, r.opened_at
    FROM stage_reading r JOIN stage_car_id i ON i.car = r.car JOIN core_vehicle v ON v.id = i.vehicle_id
    WHERE v.odometer_at IS NULL OR r.opened_at > v.odometer_at
       OR (r.opened_at = v.odometer_at AND r.odometer_km <> v.odometer_km)
), noted AS (
    INSERT INTO core_importchange (run_id, subject_kind, subject_id, before, after)
    SELECT %(run)s, 'vehicle', id,
           jsonb_build_object('odometer_km', old_km, 'odometer_at', old_at),
           jsonb_build_object('odometer_km', odometer_km, 'odometer_at', opened_at)
    FROM changed
)
UPDATE core_vehicle v SET odometer_km = c.odometer_km, odometer_at = c.opened_at, updated_at = %(now)s
FROM changed c WHERE v.id = c.id
"""

# A car that nobody is known to hold: every person who brought it, from their first order to the next one's.
FIRST_OWNERSHIPS = """
INSERT INTO core_ownership (vehicle_id, customer_id, from_date, to_date)
SELECT vehicle_id, customer_id, opened_date,
       lead(opened_date) OVER (PARTITION BY vehicle_id ORDER BY opened_at, id)
FROM (
    SELECT r.*, lag(r.customer_id) OVER (PARTITION BY r.vehicle_id ORDER BY r.opened_at, r.id) AS holder_before
    FROM core_repairorder r JOIN stage_car_id i ON i.vehicle_id = r.vehicle_id
    WHERE NOT EXISTS (SELECT 1 FROM core_ownership o WHERE o.vehicle_id = r.vehicle_id)
) visit
WHERE holder_before IS DISTINCT FROM customer_id
"""
# A car brought by another person than the one who holds it, and by nobody else since: it changed hands
# with that person's first order of the last stretch.
TRANSFERS = """
CREATE TEMPORARY TABLE stage_transfer ON COMMIT DROP AS
SELECT DISTINCT ON (o.vehicle_id) o.id AS ownership_id, o.vehicle_id, last.customer_id,
       greatest(o.from_date, first.opened_date) AS on_date
FROM stage_car_id i
JOIN core_ownership o ON o.vehicle_id = i.vehicle_id AND o.to_date IS NULL
CROSS JOIN LATERAL (
    SELECT r.customer_id FROM core_repairorder r WHERE r.vehicle_id = i.vehicle_id
    ORDER BY r.opened_at DESC, r.id DESC LIMIT 1
) last
CROSS JOIN LATERAL (
    SELECT min(r.opened_date) AS opened_date FROM core_repairorder r
    WHERE r.vehicle_id = i.vehicle_id AND r.customer_id = last.customer_id AND r.opened_at > coalesce(
        (SELECT max(other.opened_at) FROM core_repairorder other
         WHERE other.vehicle_id = i.vehicle_id AND other.customer_id <> last.customer_id), '-infinity')
) first
WHERE last.customer_id <> o.customer_id AND first.opened_date >= o.from_date
"""
CLOSE_OWNERSHIPS = """
WITH noted AS (
    INSERT INTO core_importchange (run_id, subject_kind, subject_id, before, after)
    SELECT %(run)s, 'ownership', ownership_id, '{"to_date": null}', jsonb_build_object('to_date', on_date)
    FROM stage_transfer
)
UPDATE core_ownership o SET to_date = t.on_date FROM stage_transfer t WHERE o.id = t.ownership_id
"""
OPEN_OWNERSHIPS = """
INSERT INTO core_ownership (vehicle_id, customer_id, from_date)
SELECT vehicle_id, customer_id, on_date FROM stage_transfer
"""


def keep_vehicles(values: sql.Values) -> None:
    """Make new vehicles and find which fields of known ones differ."""
    sql.run(READINGS, values)
    sql.insert_noted(NEW_VEHICLES, values, kind="vehicle")
    sql.run(IDS)
    sql.run("ANALYZE stage_car_id")
    sql.run(DIFFERENCES, values)


def apply_differences(values: sql.Values) -> None:
    """Write the differences that were allowed to stand, and the newest readings."""
    for statement in (APPLY_PLATE, APPLY_MODEL, APPLY_PURCHASE, APPLY_READING):
        sql.run(statement, values)


def keep_ownerships(values: sql.Values) -> None:
    """Have each car held by the person of its latest order; needs the orders merged."""
    sql.run(TRANSFERS)
    sql.run(CLOSE_OWNERSHIPS, values)
    sql.insert_noted(OPEN_OWNERSHIPS, values, kind="ownership")
    sql.insert_noted(FIRST_OWNERSHIPS, values, kind="ownership")
