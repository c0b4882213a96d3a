-- Which cars have stayed away; their owners are asked why, unless they came with another car.
candidate AS (
    SELECT
        'vehicle' AS subject_kind,
        visit.vehicle_id AS subject_id,
        -- With the car: two cars of one owner may have been here last on one day.
        'lapsed:' || last_seen || ':' || visit.vehicle_id AS occurrence,
        coalesce(holder.merged_into_id, holder.id) AS customer_id,
        visit.vehicle_id,
        NULL::bigint AS repair_order_id,
        last_seen::timestamp AT TIME ZONE %(zone)s AS occasion_at,
        %(as_of_at)s::timestamptz AS due_at,
        %(as_of_at)s::timestamptz + make_interval(days => touch.expires_days) AS expires_at,
        %(as_of_at)s::timestamptz AS from_at,
        %(as_of_at)s::timestamptz + make_interval(days => touch.expires_days) AS deadline_at,
        CASE
            WHEN v.sold_at < %(as_of_at)s THEN 'vehicle_sold'
            WHEN holder.id IS NULL THEN 'no_owner'
            WHEN EXISTS (
                SELECT 1 FROM core_repairorder other
                WHERE other.customer_id = held.customer_id
                  AND other.opened_at < %(as_of_at)s
                  AND other.opened_date > %(today)s::date - touch.from_day
            ) THEN 'seen_with_other_car'
            WHEN EXISTS (
                SELECT 1 FROM core_appointment a
                WHERE a.customer_id = held.customer_id
                  AND a.booked_at < %(as_of_at)s AND a.starts_at >= %(as_of_at)s
                  AND (a.state <> 'CANCELLED' OR a.closed_at >= %(as_of_at)s)
            ) THEN 'already_booked'
            ELSE ''
        END AS own_reason,
        touch.number AS touch,
        touch.is_call AS is_call,
        jsonb_build_object('last_seen', last_seen) AS data
    FROM visit
    JOIN core_vehicle v ON v.id = visit.vehicle_id
    JOIN touch ON last_seen > %(today)s::date - touch.until_day AND last_seen <= %(today)s::date - touch.from_day
    LEFT JOIN core_ownership held ON held.vehicle_id = visit.vehicle_id
        AND held.from_date <= %(today)s AND (held.to_date IS NULL OR held.to_date > %(today)s)
    LEFT JOIN core_customer holder ON holder.id = held.customer_id
)
