-- The due work itself. Planned twice, also by two workers at once, it stands once.
due AS (
    INSERT INTO notifications_due (
        rule, subject_kind, subject_id, occurrence, customer_id, vehicle_id, priority,
        planned_at, due_at, expires_at, state, data, created_at
    )
    SELECT
        %(rule)s, subject_kind, subject_id, judged.occurrence, judged.customer_id, vehicle_id, %(priority)s,
        due_at, due_at, expires_at, 'PLANNED',
        data || jsonb_strip_nulls(jsonb_build_object(
            'touch', touch, 'is_call', nullif(is_call, false), 'follow_up_id', follow_up.id
        )),
        %(as_of_at)s
    FROM judged
    LEFT JOIN follow_up ON follow_up.customer_id = judged.customer_id AND follow_up.occurrence = judged.occurrence
    WHERE outcome = 'planned' AND NOT %(is_dry_run)s
    ON CONFLICT (rule, subject_kind, subject_id, occurrence) DO NOTHING
    RETURNING due_at
)
SELECT outcome, count(*), count(DISTINCT customer_id), (SELECT min(due_at) FROM due)
FROM judged GROUP BY outcome
