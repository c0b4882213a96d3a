-- The notices around a visit that is still to come.
candidate AS (
    SELECT
        'appointment' AS subject_kind,
        a.id AS subject_id,
        -- A visit that was moved is another occurrence: its notices are due anew.
        to_char(a.starts_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI') AS occurrence,
        coalesce(booker.merged_into_id, booker.id) AS customer_id,
        a.vehicle_id,
        NULL::bigint AS repair_order_id,
        a.starts_at AS occasion_at,
        notice.due_at,
        notice.expires_at,
        notice.due_at AS from_at,
        NULL::timestamptz AS deadline_at,
        CASE
            WHEN notice.due_at < a.booked_at + %(margin)s::interval THEN 'booked_too_late'
            WHEN notice.expires_at <= %(as_of_at)s THEN 'too_late'
            ELSE ''
        END AS own_reason,
        NULL::int AS touch,
        false AS is_call,
        jsonb_build_object('starts_at', a.starts_at) AS data
    FROM core_appointment a
    JOIN core_customer booker ON booker.id = a.customer_id
    CROSS JOIN LATERAL (
        SELECT
            -- What announces tomorrow is of no use today, and would take the day's only message.
            CASE %(notice_at)s
                WHEN 'DAY_BEFORE' THEN (a.starts_at AT TIME ZONE %(zone)s)::date::timestamp AT TIME ZONE %(zone)s
                ELSE a.starts_at
            END AS expires_at,
            CASE %(notice_at)s
                WHEN 'BOOKED' THEN a.booked_at
                WHEN 'DAY_BEFORE' THEN
                    ((a.starts_at AT TIME ZONE %(zone)s)::date - 1 + %(clock)s::time) AT TIME ZONE %(zone)s
                WHEN 'BEFORE_START' THEN a.starts_at - %(before)s::interval
            END AS due_at
    ) notice
    WHERE a.starts_at > %(as_of_at)s
      AND a.booked_at < %(as_of_at)s
      AND (a.state IN ('BOOKED', 'CONFIRMED') OR a.closed_at >= %(as_of_at)s)
)
