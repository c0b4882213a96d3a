-- Repair orders with their lines and events, the imports that brought them, and visits booked on bays.
-- The first car has two hundred visits; its owner, the first customer, a history of five thousand events.

INSERT INTO core_serviceadvisor (id, name) SELECT a, 'advisor ' || a FROM generate_series(1, 12) a;

INSERT INTO core_repairorder
    (id, number, opened_date, opened_at, closed_at, vehicle_id, customer_id, advisor_id, kind, odometer_km,
     total_minor, may_contact, content_hash, created_at, updated_at)
SELECT o, 'RO' || lpad(o::text, 8, '0'), at::date, at, at + interval '5 hours', v,
       CASE WHEN v <= %(n)s THEN v ELSE 1 + mod(v, greatest(1, %(n)s / 100)) END,
       1 + mod(o, 12), CASE WHEN mod(o, 3) = 0 THEN 'REPAIR' ELSE 'MAINTENANCE' END,
       10000 + mod(o, 90000), 40000 + mod(o, 300000), true, md5(o::text), at, at
FROM generate_series(1, 2 * %(cars)s) o, LATERAL (
    SELECT CASE WHEN o <= least(200, %(n)s / 2) THEN 1 ELSE 1 + mod(o, %(cars)s) END,
           %(now)s - mod(o * 17::bigint, 1400 * 24) * interval '1 hour' - interval '6 hours'
) AS placed(v, at);

INSERT INTO core_repairorderline (repair_order_id, position, kind, text, quantity, amount_minor)
SELECT o, p, CASE WHEN p = 1 THEN 'WORK' ELSE 'PART' END, CASE WHEN p = 1 THEN '常规保养' ELSE '机油' END, 1, 20000
FROM generate_series(1, 2 * %(cars)s) o, generate_series(1, 2) p WHERE p = 1 OR mod(o, 2) = 0;

INSERT INTO core_event (kind, subject_kind, subject_id, customer_id, vehicle_id, at, recorded_at, data)
SELECT 'repair_order.opened', 'repair_order', id, customer_id, vehicle_id, opened_at, opened_at,
       jsonb_build_object('number', number)
FROM core_repairorder
UNION ALL
SELECT 'message.sent', 'message', e, 1, 1, %(now)s - e * interval '3 hours', %(now)s, '{}'::jsonb
FROM generate_series(1, least(5000, %(n)s)) e;

INSERT INTO core_importrun
    (id, file_name, state, as_of_date, rows_read, bytes_read, bytes_total, actor, started_at, finished_at)
SELECT r, 'orders_' || r || '.csv', 'DONE', %(now)s::date - r, 400, 90000, 90000, 'user:' || 1 + mod(r, 20),
       %(now)s - r * interval '1 day', %(now)s - r * interval '1 day' + interval '20 seconds'
FROM generate_series(1, least(%(n)s, 400)) r;

INSERT INTO core_importrow (run_id, row_number, state, reason, "column", value, cells, fingerprint)
SELECT 1 + mod(i / 4, least(%(n)s, 40)), i, (ARRAY['REFUSED', 'WARNED', 'FIXED', 'DISMISSED'])[1 + mod(i, 4)],
       'vin.unreadable', 'vin', '看不清', '{"vin": "看不清", "plate": "京A12345", "phone": "139"}'::jsonb, md5(i::text)
FROM generate_series(1, least(%(n)s, 20000)) i;

-- Of the first run the dry run's verdicts stand, as if it had not been imported yet.
INSERT INTO core_importverdict (run_id, row_number, kind, order_number, plate, is_warned)
SELECT 1, i, (ARRAY['CREATE', 'UPDATE', 'UNCHANGED', 'REFUSED'])[1 + mod(i, 4)], 'RO' || i, '京A12345', mod(i, 50) = 0
FROM generate_series(1, least(%(n)s, 20000)) i;

INSERT INTO core_bay (id, name) SELECT b, 'bay ' || b FROM generate_series(101, 110) b;

-- Today first, then tomorrow, yesterday, and so on: ten bays with twelve visits a day each.
INSERT INTO core_appointment
    (customer_id, vehicle_id, bay_id, kind, starts_at, ends_at, state, origin, channel, advisor_id, booked_at)
SELECT a, a, 101 + mod(a - 1, 10), 'MAINTENANCE', at, at + interval '30 minutes',
       CASE WHEN at < %(now)s THEN 'COMPLETED' ELSE 'CONFIRMED' END, 'INBOUND', 'console', 1 + mod(a, 12),
       at - interval '9 days'
FROM generate_series(1, least(%(n)s, 30000)) a, LATERAL (SELECT (a - 1) / 120) AS block(day), LATERAL (
    SELECT date_trunc('day', %(now)s) + interval '30 minutes' * mod((a - 1) / 10, 12) + interval '1 hour'
           + CASE WHEN mod(day, 2) = 0 THEN -1 ELSE 1 END * ((day + 1) / 2) * interval '1 day'
) AS placed(at);
