-- Who is asked how the visit went: the person who brought the car, once for every order closed lately.
-- candidate: one row a closed order.
candidate AS (
    SELECT
        'repair_order' AS subject_kind,
        ro.id AS subject_id,
        'ro:' || ro.id AS occurrence,
        coalesce(brought.merged_into_id, brought.id) AS customer_id,
        ro.vehicle_id,
        ro.id AS repair_order_id,
        ro.closed_at AS occasion_at,
        greatest(%(as_of_at)s, day.from_at) AS due_at,
        day.expires_at,
        day.from_at,
        day.deadline_at,
        CASE WHEN ro.may_contact IS FALSE THEN 'no_consent' ELSE '' END AS own_reason,
        NULL::int AS touch,
        false AS is_call,
        '{}'::jsonb AS data
    FROM core_repairorder ro
    JOIN core_customer brought ON brought.id = ro.customer_id
    CROSS JOIN LATERAL (SELECT (ro.closed_at AT TIME ZONE %(zone)s)::date AS closed_date) local
    CROSS JOIN LATERAL (
        SELECT
            (local.closed_date + %(from_day)s)::timestamp AT TIME ZONE %(zone)s AS from_at,
            (local.closed_date + %(due_day)s + 1)::timestamp AT TIME ZONE %(zone)s AS deadline_at,
            (local.closed_date + %(expires_day)s + 1)::timestamp AT TIME ZONE %(zone)s AS expires_at
    ) day
    WHERE ro.closed_at >= (%(today)s::date - %(due_day)s)::timestamp AT TIME ZONE %(zone)s
      AND ro.closed_at < %(as_of_at)s
)
