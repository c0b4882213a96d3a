-- What the cars' files lack. {missing} is made of the table's rows.
WITH target AS MATERIALIZED (
    SELECT v.id FROM core_vehicle v WHERE {which}
),
stood AS (
    SELECT v.id, {missing} AS missing
    FROM target t
    JOIN core_vehicle v ON v.id = t.id
    LEFT JOIN (
        SELECT DISTINCT vehicle_id, true AS is_held FROM core_ownership WHERE to_date IS NULL
    ) f ON f.vehicle_id = v.id
),
-- Whoever is changing a row stands it anew themself; waiting for them could make two wait for each other.
changed AS MATERIALIZED (
    SELECT v.id, s.missing FROM stood s JOIN core_vehicle v ON v.id = s.id
    WHERE v.missing IS DISTINCT FROM s.missing
    ORDER BY v.id FOR NO KEY UPDATE OF v SKIP LOCKED
)
UPDATE core_vehicle v SET missing = c.missing FROM changed c WHERE v.id = c.id
