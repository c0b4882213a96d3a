"""The part of the merge that keeps customers: who is who, how they are reached, what they answered.

Note [Who is the same person]: the same name with the same phone, or the same name with the same car.
A shared phone alone never makes two names one person (families, fleets, an advisor's own number); it is
suggested to a person. A row without name belongs to whoever holds the car.
"""

from core.customers import suggesting
from core.repair_orders.imports import cells, sql

PERSONS = """
CREATE TEMPORARY TABLE stage_person ON COMMIT DROP AS
SELECT p.name_key, i.vehicle_id, max(u.last_wall) AS last_wall,
       (array_agg(p.phone ORDER BY u.last_wall DESC) FILTER (WHERE p.phone IS NOT NULL))[1] AS phone,
       (array_agg(p.customer_name ORDER BY u.last_wall DESC))[1] AS name,
       (array_agg(p.address ORDER BY u.last_wall DESC) FILTER (WHERE p.address <> ''))[1] AS address,
       NULL::bigint AS customer_id
FROM (SELECT party, car, max(opened_wall) AS last_wall FROM stage_row GROUP BY party, car) u
JOIN stage_party p ON p.no = u.party
JOIN stage_car_id i ON i.car = u.car
GROUP BY p.name_key, i.vehicle_id
"""
# What a person renamed in the file keeps the name that the DMS still writes.
FORMER_NAMES = """
SELECT DISTINCT subject_id, before FROM core_fieldchange
WHERE subject_kind = 'customer' AND field = 'name' AND source = 'PERSON' AND before <> ''
"""
NAMES = """
CREATE TEMPORARY TABLE stage_name (customer_id bigint, name_key text) ON COMMIT DROP
"""
NAMES_KNOWN = """
INSERT INTO stage_name
SELECT id, name_key FROM core_customer
WHERE name_key IN (SELECT name_key FROM stage_person)
"""
BY_CAR = """
UPDATE stage_person s SET customer_id = m.customer_id FROM (
    SELECT DISTINCT ON (s.name_key, s.vehicle_id) s.name_key, s.vehicle_id,
           coalesce(c.merged_into_id, c.id) AS customer_id
    FROM stage_person s
    JOIN core_ownership o ON o.vehicle_id = s.vehicle_id
    JOIN stage_name n ON n.customer_id = o.customer_id AND n.name_key = s.name_key
    JOIN core_customer c ON c.id = o.customer_id
    WHERE s.name_key <> '' ORDER BY s.name_key, s.vehicle_id, o.from_date DESC, c.id
) m WHERE s.name_key = m.name_key AND s.vehicle_id = m.vehicle_id
"""
BY_PHONE = """
UPDATE stage_person s SET customer_id = m.customer_id FROM (
    SELECT DISTINCT ON (s.name_key, s.phone) s.name_key, s.phone,
           coalesce(c.merged_into_id, c.id) AS customer_id
    FROM (SELECT DISTINCT name_key, phone FROM stage_person WHERE customer_id IS NULL AND phone IS NOT NULL) s
    JOIN core_contactpoint k ON k.value = s.phone AND k.kind = 'PHONE'
    JOIN stage_name n ON n.customer_id = k.customer_id AND n.name_key = s.name_key
    JOIN core_customer c ON c.id = k.customer_id
    ORDER BY s.name_key, s.phone, c.id
) m WHERE s.customer_id IS NULL AND s.name_key = m.name_key AND s.phone = m.phone
"""
# The phone may have come with another car in this very file.
BY_PHONE_IN_FILE = """
UPDATE stage_person s SET customer_id = m.customer_id FROM (
    SELECT name_key, phone, min(customer_id) AS customer_id FROM stage_person
    WHERE customer_id IS NOT NULL AND phone IS NOT NULL GROUP BY name_key, phone
) m WHERE s.customer_id IS NULL AND s.name_key = m.name_key AND s.phone = m.phone
"""
NAMELESS_BY_HOLDER = """
UPDATE stage_person s SET customer_id = o.customer_id FROM core_ownership o
WHERE s.name_key = '' AND o.vehicle_id = s.vehicle_id AND o.to_date IS NULL AND (s.phone IS NULL OR EXISTS (
    SELECT 1 FROM core_contactpoint k WHERE k.customer_id = o.customer_id AND k.value = s.phone
))
"""
NEWCOMERS = """
CREATE TEMPORARY TABLE stage_newcomer ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('core_customer', 'id')) AS id, n.* FROM (
    SELECT name_key, phone, CASE WHEN phone IS NULL THEN vehicle_id END AS vehicle_id,
           (array_agg(name ORDER BY last_wall DESC))[1] AS name,
           (array_agg(address ORDER BY last_wall DESC) FILTER (WHERE address <> ''))[1] AS address
    FROM stage_person s WHERE customer_id IS NULL AND NOT (name_key = '' AND EXISTS (
        SELECT 1 FROM stage_person named WHERE named.vehicle_id = s.vehicle_id AND named.name_key <> ''
        AND (s.phone IS NULL OR named.phone = s.phone)
    ))
    GROUP BY 1, 2, 3
) n
"""
NEWCOMERS_BY_PHONE = """
UPDATE stage_person s SET customer_id = n.id FROM stage_newcomer n
WHERE s.customer_id IS NULL AND s.phone = n.phone AND s.name_key = n.name_key
"""
NEWCOMERS_BY_CAR = """
UPDATE stage_person s SET customer_id = n.id FROM stage_newcomer n
WHERE s.customer_id IS NULL AND s.phone IS NULL AND n.vehicle_id = s.vehicle_id AND s.name_key = n.name_key
"""
NAMELESS_IN_FILE = """
UPDATE stage_person s SET customer_id = m.customer_id FROM (
    SELECT DISTINCT ON (vehicle_id) vehicle_id, customer_id FROM stage_person
    WHERE name_key <> '' ORDER BY vehicle_id, last_wall DESC
) m WHERE s.customer_id IS NULL AND s.name_key = '' AND s.vehicle_id = m.vehicle_id
"""
OWNERS = """
CREATE TEMPORARY TABLE stage_owner ON COMMIT DROP AS
SELECT u.party, i.vehicle_id, s.customer_id
FROM (SELECT DISTINCT party, car FROM stage_row) u
JOIN stage_party p ON p.no = u.party
JOIN stage_car_id i ON i.car = u.car
JOIN stage_person s ON s.name_key = p.name_key AND s.vehicle_id = i.vehicle_id
"""
# The newest answer and wish of each person in the file.
ANSWERS = """
CREATE TEMPORARY TABLE stage_answer ON COMMIT DROP AS
SELECT o.customer_id,
       (array_agg(v.may_contact ORDER BY s.opened_wall DESC, s.row_number DESC)
            FILTER (WHERE v.may_contact IS NOT NULL))[1] AS may_contact,
       max(s.opened_wall) FILTER (WHERE v.may_contact IS NOT NULL) AT TIME ZONE %(timezone)s AS answered_at,
       (array_agg(v.contact_from ORDER BY s.opened_wall DESC, s.row_number DESC)
            FILTER (WHERE v.contact_from IS NOT NULL))[1] AS contact_from,
       (array_agg(v.contact_until ORDER BY s.opened_wall DESC, s.row_number DESC)
            FILTER (WHERE v.contact_from IS NOT NULL))[1] AS contact_until,
       max(s.opened_wall) AT TIME ZONE %(timezone)s AS last_at
FROM stage_row s
JOIN stage_owner o ON o.party = s.party
JOIN stage_visit v ON v.no = s.visit
GROUP BY o.customer_id
"""
NEW_CUSTOMERS = """
INSERT INTO core_customer (id, kind, name, name_key, address, preferred_from, preferred_until, created_at, updated_at)
SELECT n.id, CASE WHEN n.name ~* %(company)s THEN 'COMPANY' ELSE 'PERSON' END, n.name, n.name_key,
       coalesce(n.address, ''), a.contact_from, a.contact_until, %(now)s, %(now)s
FROM stage_newcomer n LEFT JOIN stage_answer a ON a.customer_id = n.id
"""
DIFFERENCES = """
INSERT INTO stage_difference (subject_kind, subject_id, field, before, after)
SELECT 'customer', c.id, f.field, coalesce(f.before, ''), f.after
FROM stage_answer a
JOIN core_customer c ON c.id = a.customer_id
LEFT JOIN (
    SELECT customer_id, (array_agg(address ORDER BY last_wall DESC))[1] AS address
    FROM stage_person WHERE address <> '' GROUP BY customer_id
) s ON s.customer_id = c.id
CROSS JOIN LATERAL (VALUES
    ('address', c.address, s.address),
    ('preferred_from', c.preferred_from::text, a.contact_from::text),
    ('preferred_until', c.preferred_until::text, a.contact_until::text)
) AS f (field, before, after)
WHERE NOT EXISTS (SELECT 1 FROM stage_newcomer n WHERE n.id = c.id)
  AND f.after <> '' AND f.after IS DISTINCT FROM f.before AND NOT EXISTS (
    SELECT 1 FROM core_repairorder r WHERE r.customer_id = c.id AND r.opened_at > a.last_at
)
"""
APPLY = """
UPDATE core_customer c SET
    address = coalesce(d.address, c.address),
    preferred_from = coalesce(d.preferred_from::time, c.preferred_from),
    preferred_until = coalesce(d.preferred_until::time, c.preferred_until),
    updated_at = %(now)s
FROM (
    SELECT subject_id,
           max(after) FILTER (WHERE field = 'address') AS address,
           max(after) FILTER (WHERE field = 'preferred_from') AS preferred_from,
           max(after) FILTER (WHERE field = 'preferred_until') AS preferred_until
    FROM stage_difference WHERE subject_kind = 'customer' GROUP BY subject_id
) d WHERE c.id = d.subject_id
"""
CONTACT_POINTS = """
INSERT INTO core_contactpoint (customer_id, kind, chat_channel, value, is_landline, is_preferred, source,
                               created_at, updated_at)
SELECT o.customer_id, f.kind, '', f.value, bool_and(f.is_landline), false, 'IMPORT', %(now)s, %(now)s
FROM stage_owner o
JOIN stage_party p ON p.no = o.party
CROSS JOIN LATERAL (VALUES
    ('PHONE', p.phone, coalesce(p.phone_is_landline, false)), ('PHONE', p.landline, true), ('EMAIL', p.email, false)
) AS f (kind, value, is_landline)
WHERE f.value IS NOT NULL
GROUP BY o.customer_id, f.kind, f.value
ON CONFLICT (customer_id, kind, chat_channel, value) DO NOTHING
"""
# Only answers later than every answer on file: an import never undoes what the person said since. Of these each that
# differs from the one before it, so that any day can be planned again by what was known then, and of a new file the
# last one too: an older export that comes later must not undo it.
CONSENTS = """
INSERT INTO core_consent (customer_id, purpose, channel, is_granted, source, wording, at, recorded_at, actor)
SELECT said.customer_id, '', '', said.may_contact, 'IMPORT', 'repair_order.may_contact', said.at, %(now)s, %(actor)s
FROM (
    SELECT newer.*,
           lag(may_contact, 1, known) OVER in_time AS before,
           known IS NULL AND row_number() OVER in_time = count(*) OVER (PARTITION BY customer_id) AS is_last_of_new
    FROM (
        SELECT o.customer_id, v.may_contact, s.row_number, s.opened_wall AT TIME ZONE %(timezone)s AS at,
               last.is_granted AS known, last.at AS known_at
        FROM stage_row s
        JOIN stage_owner o ON o.party = s.party
        JOIN stage_visit v ON v.no = s.visit
        LEFT JOIN LATERAL (
            SELECT c.is_granted, c.at FROM core_consent c
            WHERE c.customer_id = o.customer_id AND c.vehicle_id IS NULL AND c.purpose = '' AND c.channel = ''
            ORDER BY c.at DESC, c.id DESC LIMIT 1
        ) last ON true
        WHERE v.may_contact IS NOT NULL
    ) newer
    WHERE known_at IS NULL OR known_at < at
    WINDOW in_time AS (PARTITION BY customer_id ORDER BY at, row_number)
) said
WHERE before IS DISTINCT FROM may_contact OR is_last_of_new
"""
# Legal forms, in the languages we know; a company has no birthday and no first name.
COMPANY = (
    r"(公司|集团|集團|车队|車隊|租赁|租賃|\m(S\.?L\.?U?|S\.?A\.?U?|S\. de R\.L\.|Ltd|Inc|LLC|Corp|GmbH|Fleet)\.?($|\s))"
)


def find_people() -> None:
    """Tell who each name in the file is; see Note [Who is the same person]. Needs the vehicles merged."""
    sql.run(PERSONS)
    sql.run("CREATE INDEX ON stage_person (name_key, vehicle_id)")
    sql.run("ANALYZE stage_person")
    sql.run(NAMES)
    sql.run(NAMES_KNOWN)
    _add_former_names()
    if sql.row("SELECT count(*) FROM stage_name")[0]:
        sql.run("ANALYZE stage_name")
        sql.run(BY_CAR)
        sql.run(BY_PHONE)
        sql.run(BY_PHONE_IN_FILE)
    sql.run(NAMELESS_BY_HOLDER)
    sql.run(NEWCOMERS)
    sql.run("ANALYZE stage_newcomer")
    for statement in (NEWCOMERS_BY_PHONE, NEWCOMERS_BY_CAR, NAMELESS_IN_FILE, OWNERS):
        sql.run(statement)
    sql.run("ANALYZE stage_owner")


def _add_former_names() -> None:
    names = sql.texts(FORMER_NAMES)
    for customer_id, former in names:
        sql.run(
            "INSERT INTO stage_name VALUES (%(id)s, %(key)s)",
            {"id": customer_id, "key": cells.name_key(str(former))},
        )


def keep_people(values: sql.Values) -> None:
    """Make new customers with their contact points and answers; find which fields of known ones differ."""
    sql.run(ANSWERS, values)
    sql.insert_noted(NEW_CUSTOMERS, {**values, "company": COMPANY}, kind="customer")
    sql.run(DIFFERENCES)
    sql.insert_noted(CONTACT_POINTS, values, kind="contact_point")
    sql.insert_noted(CONSENTS, values, kind="consent")


def suggest_merges(values: sql.Values) -> None:
    """Suggest which of the new files may be a known person's; needs the cars held."""
    if not sql.row("SELECT count(*) FROM stage_newcomer")[0]:
        return
    for statement in (suggesting.SAME_ADDRESS, suggesting.SAME_NAME_AND_PLATE):
        newcomers = statement.format(people="SELECT id FROM stage_newcomer")
        sql.insert_noted(newcomers, {**values, "most": suggesting.MOST_SHARING}, kind="merge_suggestion")
