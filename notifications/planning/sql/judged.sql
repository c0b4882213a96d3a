-- What the contact policy would refuse anyway is left out at once, with its reason. The last word on
-- every message is the policy's own, when it is released.
person AS (
    -- Files that were merged into one answer together.
    SELECT customer_id, customer_id AS file_id FROM candidate WHERE customer_id IS NOT NULL GROUP BY customer_id
    UNION ALL
    SELECT known.customer_id, merged.id
    FROM (SELECT customer_id FROM candidate GROUP BY customer_id) known
    JOIN core_customer merged ON merged.merged_into_id = known.customer_id
),
word AS (
    -- The last word of each file on each purpose, channel and car; a no wins over a yes of the same moment.
    SELECT DISTINCT ON (person.customer_id, said.customer_id, said.purpose, said.channel, said.vehicle_id)
        person.customer_id, said.vehicle_id, said.channel, said.is_granted
    FROM person
    JOIN core_consent said ON said.customer_id = person.file_id
    WHERE said.at < %(as_of_at)s AND (said.purpose = %(purpose)s OR said.purpose = '' AND %(needs_consent)s)
    ORDER BY person.customer_id, said.customer_id, said.purpose, said.channel, said.vehicle_id,
        said.at DESC, said.is_granted
),
allowed AS (
    SELECT
        candidate.subject_id,
        coalesce(bool_or(NOT word.is_granted AND word.channel = ''), false) AS is_refused,
        coalesce(bool_or(word.is_granted), false) AS is_granted
    FROM candidate
    JOIN word ON word.customer_id = candidate.customer_id
        AND (word.vehicle_id IS NULL OR word.vehicle_id = candidate.vehicle_id)
    GROUP BY candidate.subject_id
),
suppressed AS (
    SELECT person.customer_id, wall.vehicle_id
    FROM person
    JOIN notifications_suppression wall ON wall.customer_id = person.file_id
    WHERE wall.at < %(as_of_at)s AND (wall.lifted_at IS NULL OR wall.lifted_at >= %(as_of_at)s)
      AND wall.purpose IN ('', %(purpose)s) AND wall.channel = ''
),
complaining AS (
    SELECT DISTINCT person.customer_id
    FROM person
    JOIN core_complaint grievance ON grievance.customer_id = person.file_id
    WHERE grievance.opened_at < %(as_of_at)s
      AND (grievance.closed_at IS NULL OR grievance.closed_at >= %(as_of_at)s)
),
reachable AS (
    SELECT DISTINCT person.customer_id
    FROM person
    JOIN core_contactpoint point ON point.customer_id = person.file_id
    WHERE (point.bounced_at IS NULL OR point.bounced_at >= %(as_of_at)s)
      AND (point.blocked_at IS NULL OR point.blocked_at >= %(as_of_at)s)
),
told AS (
    SELECT person.customer_id, message.created_at
    FROM person
    JOIN notifications_message message ON message.customer_id = person.file_id
    WHERE message.is_proactive AND message.created_at < %(as_of_at)s
      AND message.created_at >= %(as_of_at)s - make_interval(days => %(window_days)s)
      AND message.state NOT IN ('CANCELLED', 'EXPIRED', 'FAILED', 'OPTED_OUT')
),
known AS (
    SELECT candidate.*, due.id AS due_id
    FROM candidate
    LEFT JOIN notifications_due due
        ON due.rule = %(rule)s AND due.subject_kind = candidate.subject_kind
        AND due.subject_id = candidate.subject_id AND due.occurrence = candidate.occurrence
),
-- As sets and not as a look a candidate: `person` has no index, so each look would read all of it.
walled AS (
    SELECT DISTINCT candidate.subject_id
    FROM candidate
    JOIN suppressed ON suppressed.customer_id = candidate.customer_id
        AND (suppressed.vehicle_id IS NULL OR suppressed.vehicle_id = candidate.vehicle_id)
),
crowded AS (
    SELECT candidate.subject_id
    FROM candidate
    JOIN told ON told.customer_id = candidate.customer_id
        AND told.created_at >= candidate.expires_at - make_interval(days => %(window_days)s)
    GROUP BY candidate.subject_id
    HAVING count(*) >= %(per_window)s
),
reasoned AS (
    SELECT
        known.*,
        CASE
            WHEN known.customer_id IS NULL THEN coalesce(nullif(own_reason, ''), 'no_owner')
            WHEN walled.subject_id IS NOT NULL THEN 'suppressed'
            WHEN allowed.is_refused OR %(needs_consent)s AND allowed.is_granted IS NOT TRUE THEN 'no_consent'
            WHEN own_reason <> '' THEN own_reason
            WHEN %(waits_for_complaint)s AND complaining.customer_id IS NOT NULL THEN 'complaint_open'
            WHEN %(is_proactive)s AND crowded.subject_id IS NOT NULL THEN 'too_many_contacts'
            WHEN reachable.customer_id IS NULL THEN 'no_address'
            ELSE ''
        END AS reason
    FROM known
    LEFT JOIN allowed USING (subject_id)
    LEFT JOIN walled USING (subject_id)
    LEFT JOIN crowded USING (subject_id)
    LEFT JOIN complaining ON complaining.customer_id = known.customer_id
    LEFT JOIN reachable ON reachable.customer_id = known.customer_id
),
asked AS (
    -- Whoever has an open or finished question of this kind is not asked about a second car meanwhile.
    SELECT DISTINCT due.customer_id
    FROM notifications_due due
    WHERE %(is_once_a_person)s AND due.rule = %(rule)s AND due.state <> 'CANCELLED'
      AND due.created_at <= %(as_of_at)s AND due.expires_at > %(as_of_at)s
      AND due.customer_id IN (SELECT customer_id FROM candidate)
),
judged AS (
    SELECT
        reasoned.*,
        CASE
            WHEN due_id IS NOT NULL THEN 'already_planned'
            WHEN reason <> '' THEN reason
            WHEN NOT %(is_once_a_person)s THEN 'planned'
            WHEN asked.customer_id IS NOT NULL THEN 'merged'
            WHEN row_number() OVER (
                PARTITION BY reasoned.customer_id, due_id IS NULL AND reason = ''
                ORDER BY occasion_at DESC, subject_id DESC
            ) > 1 THEN 'merged'
            ELSE 'planned'
        END AS outcome
    FROM reasoned
    LEFT JOIN asked ON asked.customer_id = reasoned.customer_id
)
