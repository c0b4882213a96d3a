SELECT subject_kind, subject_id, occurrence, customer_id, vehicle_id, outcome, due_at, expires_at
FROM judged ORDER BY subject_id, occurrence
