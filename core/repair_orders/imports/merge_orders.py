"""The part of the merge that keeps repair orders, their lines and advisors, and records what happened."""

from core.repair_orders.imports import sql

ADVISORS = """
INSERT INTO core_serviceadvisor (name)
SELECT DISTINCT v.advisor FROM stage_visit v JOIN stage_row s ON s.visit = v.no WHERE v.advisor <> ''
ON CONFLICT (name) DO NOTHING
"""
READY = """
CREATE TEMPORARY TABLE stage_ready ON COMMIT DROP AS
SELECT CASE WHEN s.is_new THEN nextval(pg_get_serial_sequence('core_repairorder', 'id')) ELSE s.id END AS id,
       s.is_new, s.number, s.opened_date, s.opened_wall AT TIME ZONE %(timezone)s AS opened_at,
       s.closed_wall AT TIME ZONE %(timezone)s AS closed_at, s.known_closed_at,
       o.vehicle_id, o.customer_id, a.id AS advisor_id, v.kind, s.odometer_km, s.total_minor, v.may_contact, s.hash,
       s.visit
FROM stage_row s
JOIN stage_owner o ON o.party = s.party
JOIN stage_visit v ON v.no = s.visit
LEFT JOIN core_serviceadvisor a ON a.name = v.advisor
"""
NEW_ORDERS = """
INSERT INTO core_repairorder (id, number, opened_date, opened_at, closed_at, vehicle_id, customer_id, advisor_id, kind,
                              odometer_km, total_minor, may_contact, content_hash, created_at, updated_at)
SELECT id, number, opened_date, opened_at, closed_at, vehicle_id, customer_id, advisor_id, kind,
       odometer_km, total_minor, may_contact, hash, %(now)s, %(now)s
FROM stage_ready WHERE is_new
"""
NOTE_CHANGED = """
INSERT INTO core_importchange (run_id, subject_kind, subject_id, before, after)
SELECT %(run)s, 'repair_order', r.id,
       to_jsonb(r) || jsonb_build_object('lines', (
           SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.position), '[]')
           FROM core_repairorderline l WHERE l.repair_order_id = r.id
       )),
       jsonb_build_object('content_hash', s.hash)
FROM stage_ready s JOIN core_repairorder r ON r.id = s.id WHERE NOT s.is_new
"""
CHANGED_ORDERS = """
UPDATE core_repairorder r SET
    opened_at = s.opened_at, closed_at = s.closed_at, vehicle_id = s.vehicle_id, customer_id = s.customer_id,
    advisor_id = s.advisor_id, kind = s.kind, odometer_km = s.odometer_km, total_minor = s.total_minor,
    may_contact = s.may_contact, content_hash = s.hash, updated_at = %(now)s
FROM stage_ready s WHERE r.id = s.id AND NOT s.is_new
"""
DROP_LINES = """
DELETE FROM core_repairorderline l USING stage_ready s WHERE NOT s.is_new AND l.repair_order_id = s.id
"""
LINES = """
INSERT INTO core_repairorderline (repair_order_id, position, kind, text)
SELECT s.id, item.position, 'WORK', item.text
FROM stage_ready s
JOIN stage_visit v ON v.no = s.visit
CROSS JOIN LATERAL unnest(string_to_array(v.items, chr(29))) WITH ORDINALITY AS item (text, position)
WHERE v.items <> ''
"""
# A visit that comes already closed is one fact, not two: a year's file would else write twice as much, and
# every timeline would show each visit twice.
EVENTS = """
INSERT INTO core_event (kind, subject_kind, subject_id, customer_id, vehicle_id, at, recorded_at, actor, data)
SELECT f.kind, 'repair_order', s.id, s.customer_id, s.vehicle_id, f.at, %(now)s, %(actor)s, '{}'
FROM stage_ready s CROSS JOIN LATERAL (VALUES
    ('repair_order.opened', s.opened_at, s.is_new AND s.closed_at IS NULL),
    ('repair_order.closed', s.closed_at, s.closed_at IS NOT NULL AND s.known_closed_at IS DISTINCT FROM s.closed_at),
    ('repair_order.corrected', %(now)s, NOT s.is_new AND s.known_closed_at IS NOT DISTINCT FROM s.closed_at)
) AS f (kind, at, is_so)
WHERE f.is_so
"""


def find_ready(values: sql.Values) -> None:
    """Put vehicle, customer and advisor to each order; needs vehicles and people found."""
    sql.run(ADVISORS)
    sql.run(READY, values)
    sql.run("ANALYZE stage_ready")


def keep_orders(values: sql.Values) -> tuple[int, int]:
    """Make new orders and change known ones; return how many of each."""
    created = sql.insert_noted(NEW_ORDERS, values, kind="repair_order")
    updated = sql.run(NOTE_CHANGED, values)
    if updated:
        sql.run(CHANGED_ORDERS, values)
        sql.run(DROP_LINES)
    sql.run(LINES)
    sql.run(EVENTS, values)
    return created, updated
