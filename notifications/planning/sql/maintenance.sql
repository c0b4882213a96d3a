-- Which cars are due for maintenance, and which attempt is open today. The rule is planning/rules.py.
paced AS (
    SELECT
        visit.*,
        v.model,
        v.sold_at,
        CASE WHEN read_days >= %(least_days)s AND driven_km > 0
             THEN driven_km::double precision / read_days END AS km_per_day
    FROM visit
    JOIN core_vehicle v ON v.id = visit.vehicle_id
),
median AS (
    SELECT model, percentile_cont(0.5) WITHIN GROUP (ORDER BY km_per_day) AS km_per_day
    FROM paced WHERE km_per_day IS NOT NULL GROUP BY model
),
maintained AS (
    SELECT
        paced.*,
        DATE '1970-01-01' + (last_maintenance / 10000000)::int AS maintained_date,
        nullif(last_maintenance %% 10000000, 0) - 1 AS maintained_km,
        coalesce(paced.km_per_day, median.km_per_day) AS rate,
        coalesce(own.interval_months, every.interval_months) AS interval_months,
        coalesce(own.interval_km, every.interval_km) AS interval_km
    FROM paced
    LEFT JOIN median ON median.model = paced.model
    LEFT JOIN core_maintenanceschedule own ON own.model = paced.model AND own.model <> ''
    LEFT JOIN core_maintenanceschedule every ON every.model = ''
    WHERE last_maintenance IS NOT NULL
),
due_on AS (
    SELECT
        maintained.*,
        least(
            (maintained_date + make_interval(months => interval_months::int))::date,
            -- greatest and least skip what is unknown, and would make a car without a rate due at once.
            CASE WHEN maintained_km IS NOT NULL AND rate > 0 THEN
                last_read + least(greatest(ceil((maintained_km + interval_km - high_km) / rate), 0), 3650)::int
            END
        ) AS due_date
    FROM maintained
    -- A fence: the day is worked out once for each car, not once for each touch.
    OFFSET 0
),
around AS MATERIALIZED (
    SELECT * FROM due_on
    WHERE due_date > %(today)s::date - (SELECT max(until_day) FROM touch)
      AND due_date <= %(today)s::date - (SELECT min(from_day) FROM touch)
),
near AS MATERIALIZED (
    -- The few that are due, before anything else is asked about them.
    SELECT around.*, touch.number, touch.from_day, touch.until_day, touch.is_call
    FROM around
    JOIN touch ON due_date > %(today)s::date - touch.until_day AND due_date <= %(today)s::date - touch.from_day
),
candidate AS (
    SELECT
        'vehicle' AS subject_kind,
        near.vehicle_id AS subject_id,
        maintained_date || ':' || number AS occurrence,
        coalesce(holder.merged_into_id, holder.id) AS customer_id,
        near.vehicle_id,
        NULL::bigint AS repair_order_id,
        due_date::timestamp AT TIME ZONE %(zone)s AS occasion_at,
        greatest(%(as_of_at)s, (due_date + from_day)::timestamp AT TIME ZONE %(zone)s) AS due_at,
        (due_date + until_day)::timestamp AT TIME ZONE %(zone)s AS expires_at,
        (due_date + from_day)::timestamp AT TIME ZONE %(zone)s AS from_at,
        NULL::timestamptz AS deadline_at,
        CASE
            WHEN sold_at < %(as_of_at)s THEN 'vehicle_sold'
            WHEN holder.id IS NULL THEN 'no_owner'
            WHEN is_in_workshop THEN 'already_serviced'
            WHEN EXISTS (
                SELECT 1 FROM core_appointment a
                WHERE a.vehicle_id = near.vehicle_id
                  AND a.booked_at < %(as_of_at)s AND a.starts_at >= %(as_of_at)s
                  AND (a.state <> 'CANCELLED' OR a.closed_at >= %(as_of_at)s)
            ) THEN 'already_booked'
            ELSE ''
        END AS own_reason,
        number AS touch,
        is_call,
        jsonb_build_object(
            'due_date', due_date,
            'last_seen', last_seen,
            'by_odometer', due_date < (maintained_date + make_interval(months => interval_months::int))::date
        ) AS data
    FROM near
    LEFT JOIN core_ownership held ON held.vehicle_id = near.vehicle_id
        AND held.from_date <= %(today)s AND (held.to_date IS NULL OR held.to_date > %(today)s)
    LEFT JOIN core_customer holder ON holder.id = held.customer_id
)
