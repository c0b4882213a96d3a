-- Households, customers, how they are reached, what they allowed; cars and who held them; the history of files.
-- One customer in a hundred is a company with some thirty cars. Names are put together from syllables and mean nobody.

INSERT INTO core_household (id, kind, name, created_at)
SELECT h, CASE WHEN mod(h, 2) = 0 THEN 'FLEET' ELSE 'HOUSEHOLD' END, 'H' || h, %(now)s
FROM generate_series(1, greatest(1, %(n)s / 50)) h;

INSERT INTO core_customer
    (id, kind, name, name_key, household_id, lifecycle, language, created_at, updated_at, merged_into_id)
SELECT c, CASE WHEN c <= %(n)s / 100 THEN 'COMPANY' ELSE 'PERSON' END, name, lower(replace(name, ' ', '')),
       CASE WHEN mod(c, 10) = 0 THEN 1 + mod(c, greatest(1, %(n)s / 50)) END,
       (ARRAY['ACTIVE', 'ACTIVE', 'NEW_OWNER', 'LAPSING', 'LAPSED'])[1 + mod(c, 5)],
       CASE WHEN is_latin THEN 'en' ELSE '' END,
       %(now)s - mod(c, 1500) * interval '1 day', %(now)s - mod(c, 300) * interval '1 hour',
       CASE WHEN mod(c, 200) = 199 THEN c - 100 END
FROM (
    SELECT c, mod(c, 5) > 2 AS is_latin, ('x' || substr(md5('name' || c), 1, 7))::bit(28)::int AS dice
    FROM generate_series(1, %(n)s) c
) drawn, LATERAL (
    SELECT CASE WHEN is_latin THEN
        (ARRAY['Al', 'Be', 'Co', 'De', 'Ja', 'Ka', 'Lo', 'Mi', 'Ro', 'Vi'])[1 + mod(dice, 10)]
        || (ARRAY['bin', 'den', 'la', 'mer', 'na', 'rin', 'sa', 'ven'])[1 + mod(dice / 10, 8)]
        || ' ' || (ARRAY['Ash', 'Bram', 'Cor', 'Dun', 'Fen', 'Har', 'Lin', 'Mo', 'Pel', 'Wes'])[1 + mod(dice / 80, 10)]
        || (ARRAY['bena', 'dira', 'lino', 'mera', 'nito', 'sela', 'vano', 'ton'])[1 + mod(dice / 800, 8)]
    ELSE
        substr('安白常杜方葛何江柯蓝梅宁潘秦任石田温谢叶', 1 + mod(dice, 20), 1)
        || substr('晓文子思雨一嘉明若清', 1 + mod(dice / 20, 10), 1)
        || substr('安宁然和舟山川林溪禾', 1 + mod(dice / 200, 10), CASE WHEN mod(c, 3) = 0 THEN 0 ELSE 1 END)
    END AS name
) named;

INSERT INTO core_contactpoint (customer_id, kind, chat_channel, value, source, created_at, updated_at)
SELECT c, 'PHONE', '', '+86139' || lpad(mod(c * 7654321::bigint, 100000000)::text, 8, '0'), 'IMPORT', %(now)s, %(now)s
FROM generate_series(1, %(n)s) c
UNION ALL
SELECT c, 'EMAIL', '', 'p' || c || '@owners.example', 'PERSON', %(now)s, %(now)s
FROM generate_series(1, %(n)s) c WHERE mod(c, 5) < 2
UNION ALL
SELECT c, 'CHAT', 'simulator', 'chat-' || c, 'REPLY', %(now)s, %(now)s
FROM generate_series(1, %(n)s) c WHERE mod(c, 10) < 3;

INSERT INTO core_consent (customer_id, purpose, is_granted, source, wording, at, recorded_at)
SELECT c, CASE WHEN turn = 1 THEN '' ELSE 'MARKETING' END, mod(c, 7) > 0, 'IMPORT', 'may_contact',
       %(now)s - mod(c, 900) * interval '1 day', %(now)s
FROM generate_series(1, %(n)s) c, generate_series(1, 2) turn WHERE turn = 1 OR mod(c, 5) = 0;

INSERT INTO core_vehicle (id, vin, plate, plate_key, model, odometer_km, odometer_at, created_at, updated_at)
SELECT v, 'LZZ' || upper(substr(md5('vin' || v), 1, 7)) || lpad(v::text, 7, '0'), plate, plate,
       (ARRAY['晨帆', '远山', '小满', '海风', '云岭'])[1 + mod(v, 5)], 5000 + mod(v * 37, 150000), %(now)s, %(now)s, %(now)s
FROM generate_series(1, %(cars)s) v, LATERAL (
    SELECT substr('京沪粤苏浙川', 1 + mod(v, 6), 1) || chr(65 + mod(v / 6, 8)) || upper(substr(md5('plate' || v), 1, 5))
) AS plated(plate);

-- Those beyond the number of customers are the companies'.
INSERT INTO core_ownership (vehicle_id, customer_id, from_date, to_date)
SELECT v, CASE WHEN v <= %(n)s THEN v ELSE 1 + mod(v, greatest(1, %(n)s / 100)) END,
       %(now)s::date - 400 - mod(v, 900), NULL
FROM generate_series(1, %(cars)s) v
UNION ALL
SELECT v, 1 + mod(v * 31::bigint, %(n)s), %(now)s::date - 3000, %(now)s::date - 400 - mod(v, 900)
FROM generate_series(1, %(cars)s) v WHERE mod(v, 10) = 0;

INSERT INTO core_fieldchange (subject_kind, subject_id, field, before, after, source, actor, at)
SELECT 'customer', c, 'address', '', 'street ' || c, 'PERSON', 'user:1', %(now)s - mod(c, 500) * interval '1 day'
FROM generate_series(1, %(n)s) c WHERE mod(c, 3) = 0;

INSERT INTO core_mergesuggestion (first_id, second_id, reason, state, created_at)
SELECT c, c + 1, 'same_phone', CASE WHEN mod(c, 4) = 0 THEN 'DISMISSED' ELSE 'OPEN' END, %(now)s
FROM generate_series(1, %(n)s - 1, greatest(1, least(50, %(n)s / 60))) c;

INSERT INTO core_event (kind, subject_kind, subject_id, customer_id, at, recorded_at, actor, data)
SELECT 'file.updated', 'customer', c, c, %(now)s - mod(c, 500) * interval '1 day', %(now)s, 'user:1',
       '{"fields": ["address"]}'::jsonb
FROM generate_series(1, %(n)s) c WHERE mod(c, 3) = 0;

INSERT INTO core_filemerge (kept_id, other_id, taken, carried, stayed, actor, at)
SELECT merged_into_id, id, '{}'::jsonb, '{}', '{}', 'user:1', %(now)s FROM core_customer WHERE merged_into_id IS NOT NULL;

INSERT INTO core_touch (customer_id, vehicle_id, kind, direction, subject, said, at, recorded_at, actor)
SELECT c, c, 'CALL', 'IN', 'asked', 'x', %(now)s - mod(c, 400) * interval '1 day', %(now)s, 'user:1'
FROM generate_series(1, %(n)s) c WHERE mod(c, 4) = 1;

INSERT INTO core_document (kind, customer_id, vehicle_id, name, media_type, size_bytes, sha256, path, added_at, actor)
SELECT 'CONTRACT', c, c, 'contract.pdf', 'application/pdf', 1000, md5(c::text), 'dealers/x/documents/' || c,
       %(now)s - mod(c, 400) * interval '1 day', 'user:1'
FROM generate_series(1, %(n)s) c WHERE mod(c, 4) = 2;

INSERT INTO core_event (kind, subject_kind, subject_id, customer_id, vehicle_id, at, recorded_at, actor, data)
SELECT 'touch.noted', 'touch', id, customer_id, vehicle_id, at, %(now)s, 'user:1', '{}'::jsonb FROM core_touch
UNION ALL
SELECT 'document.added', 'document', id, customer_id, vehicle_id, added_at, %(now)s, 'user:1', '{}'::jsonb
FROM core_document;
