-- How the customers' files stand: what they lack, what was answered, the stage of life, the value.
-- A file is a person's with those merged into it. {missing} is made of the table's rows.
WITH target AS MATERIALIZED (
    SELECT DISTINCT coalesce(c.merged_into_id, c.id) AS file_id FROM core_customer c
    WHERE {which}
),
member AS MATERIALIZED (
    SELECT t.file_id, t.file_id AS id FROM target t
    UNION ALL
    SELECT t.file_id, c.id FROM target t JOIN core_customer c ON c.merged_into_id = t.file_id
),
reach AS (
    SELECT m.file_id, bool_or(p.blocked_at IS NULL) AS is_reachable
    FROM member m JOIN core_contactpoint p ON p.customer_id = m.id
    GROUP BY m.file_id
),
answer AS (
    SELECT DISTINCT ON (c.customer_id, c.purpose, c.channel, c.vehicle_id) m.file_id, c.is_granted
    FROM member m JOIN core_consent c ON c.customer_id = m.id
    ORDER BY c.customer_id, c.purpose, c.channel, c.vehicle_id, c.at DESC, c.is_granted, c.id DESC
),
answered AS (
    -- The most restrictive answer wins, whichever file it stands in.
    SELECT file_id, bool_and(is_granted) AS has_yes FROM answer GROUP BY file_id
),
visit AS (
    SELECT m.file_id, max(o.opened_date) AS last_date,
           count(*) FILTER (WHERE o.opened_date > %(today)s::date - %(value_window_days)s) AS visits,
           coalesce(sum(o.total_minor) FILTER (WHERE o.opened_date > %(today)s::date - %(value_window_days)s), 0) AS spent
    FROM member m JOIN core_repairorder o ON o.customer_id = m.id
    GROUP BY m.file_id
),
held AS (
    SELECT m.file_id,
           count(*) FILTER (WHERE h.to_date IS NULL) AS present,
           count(*) FILTER (WHERE h.to_date IS NOT NULL) AS given_away,
           max(h.to_date) AS last_given_date,
           max(h.from_date) FILTER (WHERE h.to_date IS NULL) AS newest_from_date,
           max(v.purchase_date) FILTER (WHERE h.to_date IS NULL) AS newest_purchase_date,
           -- Somebody of the family may bring the car.
           max(seen.last_date) FILTER (WHERE h.to_date IS NULL) AS cars_seen_date
    FROM member m
    JOIN core_ownership h ON h.customer_id = m.id
    JOIN core_vehicle v ON v.id = h.vehicle_id
    LEFT JOIN LATERAL (
        SELECT (o.opened_at AT TIME ZONE %(timezone)s)::date AS last_date FROM core_repairorder o
        WHERE o.vehicle_id = h.vehicle_id ORDER BY o.opened_at DESC LIMIT 1
    ) seen ON seen.last_date >= h.from_date
    GROUP BY m.file_id
),
cars AS (
    SELECT m.file_id, array_agg(DISTINCT gap.key ORDER BY gap.key) AS missing
    FROM member m
    JOIN core_ownership h ON h.customer_id = m.id AND h.to_date IS NULL
    JOIN core_vehicle v ON v.id = h.vehicle_id AND v.missing <> '{{}}'
    CROSS JOIN LATERAL unnest(v.missing) AS gap (key)
    GROUP BY m.file_id
),
gathered AS (
    SELECT t.file_id, r.is_reachable, a.has_yes, v.visits, v.spent, h.present, h.given_away, h.last_given_date,
           h.newest_from_date, h.newest_purchase_date,
           greatest(v.last_date, h.cars_seen_date) AS last_date,
           coalesce(cars.missing, '{{}}') AS cars_missing
    FROM target t
    LEFT JOIN reach r USING (file_id)
    LEFT JOIN answered a USING (file_id)
    LEFT JOIN visit v USING (file_id)
    LEFT JOIN held h USING (file_id)
    LEFT JOIN cars USING (file_id)
),
scored AS (
    -- Only all of them together can be ranked; of a few the value stays as it is.
    SELECT file_id,
           -- Who is like another gets as many points as they: hence no ntile().
           least(5, floor(5 * percent_rank() OVER (ORDER BY last_date)) + 1)
               + least(5, floor(5 * percent_rank() OVER (ORDER BY visits)) + 1)
               + least(5, floor(5 * percent_rank() OVER (ORDER BY spent)) + 1) AS points
    FROM gathered f WHERE %(is_all)s AND f.visits > 0
),
stood AS (
    SELECT c.id,
           {missing} || f.cars_missing::varchar[] AS missing,
           CASE WHEN f.has_yes IS NULL THEN 'UNASKED' WHEN f.has_yes THEN 'GRANTED' ELSE 'REFUSED' END AS consenting,
           f.last_date,
           CASE
               WHEN coalesce(f.present, 0) + coalesce(f.given_away, 0) = 0 AND f.last_date IS NULL THEN 'PROSPECT'
               WHEN f.present = 0 AND f.given_away > 0 THEN 'TRANSFERRED'
               WHEN f.newest_from_date >= f.last_given_date
                    AND f.newest_from_date > %(today)s::date - %(repurchase_days)s THEN 'REPURCHASE'
               WHEN f.newest_purchase_date > %(today)s::date - %(new_owner_days)s THEN 'NEW_OWNER'
               WHEN coalesce(f.last_date, f.newest_from_date) >= %(today)s::date - %(lapsing_after_days)s THEN 'ACTIVE'
               WHEN coalesce(f.last_date, f.newest_from_date) >= %(today)s::date - %(lapsed_after_days)s THEN 'LAPSING'
               ELSE 'LAPSED'
           END AS lifecycle,
           CASE WHEN NOT %(is_all)s THEN c.value_group
                WHEN s.points >= %(value_high_from)s THEN 'HIGH'
                WHEN s.points >= %(value_middle_from)s THEN 'MIDDLE'
                WHEN s.points IS NOT NULL THEN 'LOW' ELSE '' END AS value_group
    FROM gathered f
    JOIN core_customer c ON c.id = f.file_id
    LEFT JOIN scored s ON s.file_id = f.file_id
),
-- Whoever is changing a row stands it anew themself; waiting for them could make two wait for each other.
changed AS MATERIALIZED (
    SELECT s.* FROM stood s JOIN core_customer c ON c.id = s.id
    WHERE (c.missing, c.consenting, c.last_visit_date, c.lifecycle, c.value_group)
          IS DISTINCT FROM (s.missing, s.consenting, s.last_date, s.lifecycle, s.value_group)
    ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
)
UPDATE core_customer c
SET missing = n.missing, consenting = n.consenting, last_visit_date = n.last_date, lifecycle = n.lifecycle,
    value_group = n.value_group
FROM changed n WHERE c.id = n.id
