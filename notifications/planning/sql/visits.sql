-- Every car's visits up to the moment, in one pass over the orders.
-- last_maintenance packs date and odometer into one number, so that the newest order's own reading is kept.
visit AS (
    SELECT
        vehicle_id,
        max(opened_date) AS last_seen,
        max(opened_date) FILTER (WHERE odometer_km IS NOT NULL) AS last_read,
        max(opened_date) FILTER (WHERE odometer_km IS NOT NULL)
            - min(opened_date) FILTER (WHERE odometer_km IS NOT NULL) AS read_days,
        max(odometer_km) AS high_km,
        max(odometer_km) - min(odometer_km) AS driven_km,
        max((opened_date - DATE '1970-01-01') * 10000000::bigint + coalesce(odometer_km + 1, 0))
            FILTER (WHERE kind = 'MAINTENANCE') AS last_maintenance,
        bool_or(closed_at IS NULL OR closed_at >= %(as_of_at)s) AS is_in_workshop
    FROM core_repairorder
    WHERE opened_at < %(as_of_at)s
    GROUP BY vehicle_id
)
