-- Whoever is to be asked stands in the list of follow-ups, those left out with the reason.
follow_up AS (
    INSERT INTO core_followup AS kept (
        kind, customer_id, vehicle_id, repair_order_id, occurrence, from_at, due_at, expires_at,
        state, excluded_reason, created_at
    )
    SELECT
        %(follow_up)s, customer_id, vehicle_id, repair_order_id, occurrence, from_at, deadline_at, expires_at,
        CASE WHEN outcome = 'planned' THEN 'DUE' ELSE 'EXCLUDED' END,
        CASE WHEN outcome = 'planned' THEN '' ELSE outcome END,
        %(as_of_at)s
    FROM judged
    WHERE outcome <> 'already_planned' AND customer_id IS NOT NULL AND NOT %(is_dry_run)s
    -- What kept somebody out may have gone since; whoever was asked stays asked.
    ON CONFLICT (kind, customer_id, occurrence) DO UPDATE
        SET state = EXCLUDED.state, excluded_reason = EXCLUDED.excluded_reason
        WHERE kept.state = 'EXCLUDED'
          AND kept.excluded_reason IS DISTINCT FROM EXCLUDED.excluded_reason
    RETURNING kept.id, kept.customer_id, kept.occurrence
)
