-- Who is asked how it went, what they said; what people of the centre have to do; complaints.
-- The relations specialists have twenty thousand calls open.

INSERT INTO core_followup
    (id, kind, customer_id, vehicle_id, occurrence, from_at, due_at, expires_at, state, carried_out_at, created_at)
SELECT f, 'AFTER_SALES', f, f, 'ro:' || f, at, at + interval '3 days', at + interval '7 days',
       (ARRAY['DUE', 'CARRIED_OUT', 'SUCCESSFUL', 'REFUSED', 'EXPIRED', 'EXCLUDED'])[1 + mod(f, 6)], at, at
FROM generate_series(1, %(n)s) f, LATERAL (SELECT %(now)s - mod(f, 700) * interval '1 day') AS placed(at);

INSERT INTO core_survey
    (id, follow_up_id, customer_id, vehicle_id, questionnaire_id, state, channel, language, opened_at, completed_at,
     score, score_max, is_dissatisfied, answer_due_at)
SELECT s, s, s, s, (SELECT min(id) FROM core_questionnaire), 'COMPLETED', 'simulator', 'zh-hans', at,
       at + interval '1 hour', 60, 84, mod(s, 25) = 0, CASE WHEN mod(s, 25) = 0 THEN at + interval '1 day' END
FROM generate_series(1, (%(n)s + 1) / 2) s, LATERAL (SELECT %(now)s - mod(s, 700) * interval '1 day') AS placed(at);

INSERT INTO core_surveyanswer (survey_id, item, value, score, text, at)
SELECT s, item, 'satisfied', 8, CASE item WHEN 'suggestion' THEN '等待时间太长' ELSE '' END, %(now)s
FROM generate_series(1, (%(n)s + 1) / 2) s, unnest(ARRAY['overall', 'suggestion']) item;

INSERT INTO core_complaint
    (id, number, customer_id, vehicle_id, category, channel, text, step, level, opened_at, to_manager_due_at,
     first_answer_due_at, solution_due_at, next_clock_at, closed_at)
SELECT k, k, k, k, (ARRAY['REPAIR_QUALITY', 'PRICE', 'ATTITUDE', 'OTHER'])[1 + mod(k, 4)], 'phone', '空调还是不凉',
       step, 1 + mod(k, 3), at, at + interval '4 hours', at + interval '1 day', at + interval '3 days',
       CASE WHEN step <> 'CLOSED' THEN at + interval '1 day' END, CASE WHEN step = 'CLOSED' THEN at + interval '9 days' END
FROM generate_series(1, least(%(n)s, 5000)) k, LATERAL (
    SELECT %(now)s - mod(k, 700) * interval '1 day',
           CASE WHEN mod(k, 8) > 1 THEN 'CLOSED' ELSE (ARRAY['REGISTERED', 'JUDGED'])[1 + mod(k, 2)] END
) AS placed(at, step);

INSERT INTO core_complaintstep (complaint_id, action, text, actor, at)
SELECT k, 'NOTE', '已电话联系', 'user:1', %(now)s
FROM generate_series(1, least(%(n)s, 5000)) k, generate_series(1, 3);

INSERT INTO core_complaintescalation (complaint_id, from_level, to_level, reason, at)
SELECT k, 1, 2, 'PERSON', %(now)s FROM generate_series(1, least(%(n)s, 5000)) k WHERE mod(k, 5) = 0;

INSERT INTO core_task
    (kind, key, role, customer_id, vehicle_id, conversation_id, reason, priority, due_at, promised_at, state,
     created_at, done_at, done_by)
SELECT CASE WHEN mod(t, 9) = 0 THEN 'OTHER' ELSE 'CALL' END, 'crowd:' || t,
       CASE WHEN t <= least(%(n)s, 20000) THEN 'RELATIONS_SPECIALIST'
            ELSE (ARRAY['SERVICE_SPECIALIST', 'GENERAL_MANAGER', 'RELATIONS_SPECIALIST', 'SERVICE_ADVISOR'])[1 + mod(t, 4)] END,
       1 + mod(t, %(n)s), 1 + mod(t, %(n)s), CASE WHEN mod(t, 4) = 0 THEN 1 + mod(t, %(n)s) END,
       'survey.no_answer', 40 + 10 * mod(t, 3), %(now)s + (mod(t, 400) - 200) * interval '1 hour',
       CASE WHEN mod(t, 20) = 0 THEN %(now)s + mod(t, 200) * interval '1 hour' END,
       CASE WHEN is_open THEN 'OPEN' ELSE 'DONE' END, %(now)s - interval '20 days',
       CASE WHEN NOT is_open THEN %(now)s - mod(t, 500) * interval '1 hour' END, CASE WHEN NOT is_open THEN 1 + mod(t, 20) END
FROM generate_series(1, %(n)s + least(%(n)s, 20000) + 1) t,
     LATERAL (SELECT t <= least(%(n)s, 20000) + least(%(n)s, 4000)) AS standing(is_open);

-- More than a hundred wait for an answer.
INSERT INTO core_task (kind, key, role, customer_id, conversation_id, reason, priority, due_at, created_at)
SELECT 'REPLY', 'crowd:reply:' || c, 'SERVICE_SPECIALIST', c, c, 'MESSAGE', 30, %(now)s + interval '1 hour', %(now)s
FROM generate_series(1, least(%(n)s, 700)) c WHERE mod(c, 5) = 1;

INSERT INTO core_task (kind, key, role, customer_id, vehicle_id, complaint_id, reason, priority, due_at, created_at)
SELECT 'COMPLAINT', 'crowd:complaint:' || id, 'RELATIONS_SPECIALIST', customer_id, vehicle_id, id, 'complaint.clock', 10,
       next_clock_at, opened_at
FROM core_complaint WHERE next_clock_at IS NOT NULL AND mod(id, 10) = 0;
