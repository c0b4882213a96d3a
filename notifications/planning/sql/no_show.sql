-- Who did not come and has not booked again: a kind offer.
candidate AS (
    SELECT
        'appointment' AS subject_kind,
        a.id AS subject_id,
        'no_show' AS occurrence,
        coalesce(booker.merged_into_id, booker.id) AS customer_id,
        a.vehicle_id,
        NULL::bigint AS repair_order_id,
        a.starts_at AS occasion_at,
        %(as_of_at)s::timestamptz AS due_at,
        a.starts_at + INTERVAL '3 days' AS expires_at,
        a.starts_at AS from_at,
        NULL::timestamptz AS deadline_at,
        CASE WHEN EXISTS (
            SELECT 1 FROM core_appointment later
            WHERE later.customer_id = a.customer_id AND later.starts_at > a.starts_at
              AND later.booked_at < %(as_of_at)s AND later.state IN ('BOOKED', 'CONFIRMED', 'ARRIVED', 'COMPLETED')
        ) THEN 'already_booked' ELSE '' END AS own_reason,
        NULL::int AS touch,
        false AS is_call,
        jsonb_build_object('starts_at', a.starts_at) AS data
    FROM core_appointment a
    JOIN core_customer booker ON booker.id = a.customer_id
    WHERE a.state = 'NO_SHOW'
      AND a.starts_at > %(as_of_at)s - INTERVAL '2 days' AND a.starts_at < %(as_of_at)s
)
