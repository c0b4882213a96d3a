-- What is due, what was said and why, whom nothing may reach, and what providers told us.
-- Every customer has a conversation; the first one's is of two thousand messages.

INSERT INTO notifications_channelaccount (id, kind, address, public_id, created_at)
SELECT a, 'simulator', '10' || a, 'crowd' || %(tag)s || a, %(now)s FROM generate_series(1, 2) a;

INSERT INTO notifications_conversation
    (id, account_id, address, customer_id, mode, assignee_id, unread_count, last_message_at, last_inbound_at, created_at)
SELECT c, 1 + mod(c, 2), '+86139' || lpad(mod(c * 7654321::bigint, 100000000)::text, 8, '0'), c,
       (ARRAY['FLOW', 'FLOW', 'FLOW', 'FLOW', 'PERSON', 'CLOSED'])[1 + mod(c, 6)],
       CASE WHEN mod(c, 30) = 10 THEN 1 + mod(c / 30, 20) END, CASE WHEN mod(c, 40) = 0 THEN 2 ELSE 0 END,
       CASE WHEN mod(c, 5) < 4 THEN %(now)s - c * interval '1 minute' END,
       CASE WHEN mod(c, 5) < 4 THEN %(now)s - c * interval '1 minute' END, %(now)s - interval '200 days'
FROM generate_series(1, %(n)s) c;

INSERT INTO notifications_flowversion (id, key, version, definition, created_at)
SELECT 1000, 'crowd', 1, %(flow)s::jsonb, %(now)s;

INSERT INTO notifications_flowrun
    (id, flow_version_id, conversation_id, customer_id, vehicle_id, case_kind, case_id, purpose, status, state, started_at)
SELECT r, 1000, r, r, r, 'survey', r, 'SURVEY', CASE WHEN mod(r, 10) = 0 THEN 'RUNNING' ELSE 'ENDED' END, %(asking)s::jsonb,
       %(now)s - interval '2 days'
FROM generate_series(1, (%(n)s + 1) / 2) r;

INSERT INTO notifications_expectation (conversation_id, run_id, grammar, state, created_at)
SELECT r, r, '{}'::jsonb, CASE WHEN mod(r, 10) = 0 THEN 'OPEN' ELSE 'ANSWERED' END, %(now)s
FROM generate_series(1, (%(n)s + 1) / 2) r;

INSERT INTO notifications_due
    (id, rule, subject_kind, subject_id, occurrence, customer_id, vehicle_id, planned_at, due_at, state, created_at)
SELECT d, 'MAINTENANCE', 'vehicle', d, 'crowd', d, d, at, at, CASE WHEN mod(d, 20) = 0 THEN 'PLANNED' ELSE 'DONE' END, at
FROM generate_series(1, %(n)s) d, LATERAL (SELECT %(now)s - mod(d, 400) * interval '1 day') AS placed(at);

INSERT INTO notifications_message
    (direction, state, account_id, conversation_id, customer_id, vehicle_id, due_id, run_id, case_kind, case_id, purpose,
     is_proactive, address, text, language, created_at, sent_at, delivered_at)
SELECT CASE WHEN mod(turn, 2) = 1 THEN 'OUT' ELSE 'IN' END, CASE WHEN mod(turn, 2) = 1 THEN 'DELIVERED' ELSE 'RECEIVED' END,
       1 + mod(c, 2), c, c, c, CASE WHEN turn = 1 THEN c END, CASE WHEN c <= %(n)s / 2 THEN c END,
       'survey', c, 'SURVEY', turn = 1, 'x',
       CASE WHEN mod(turn, 2) = 0 AND mod(c, 3) = 0
            THEN (ARRAY['轮胎漏气了', '请问什么时候可以取车', 'el coche hace ruido', 'is it ready yet'])[1 + mod(c / 3, 4)]
                 || ' ' || substr(md5((c * 10 + turn)::text), 1, 6)
            ELSE '您好，您的车该保养了。1 预约 2 以后再说' END, 'zh-hans',
       %(now)s - c * interval '1 minute' - interval '5 minutes' * (4 - least(turn, 3)), %(now)s, %(now)s
FROM generate_series(1, %(n)s) c,
     generate_series(1, CASE WHEN c = 1 THEN least(2000, %(n)s) WHEN mod(c, 5) < 4 THEN 3 ELSE 0 END) turn;

INSERT INTO notifications_readmark (conversation_id, user_id, message_id, at)
SELECT conversation_id, 1, max(id), %(now)s FROM notifications_message WHERE mod(conversation_id, 4) = 0 GROUP BY 1;

INSERT INTO notifications_note (conversation_id, author_id, text, at)
SELECT c, 1, '先问清车型', %(now)s FROM generate_series(1, %(n)s) c WHERE mod(c, 10) = 0;

INSERT INTO notifications_decision (due_id, message_id, customer_id, purpose, action, rule, facts, decided_at)
SELECT due_id, id, customer_id, purpose, 'SEND', 'free', '{"sent_lately": 0}'::jsonb, created_at
FROM notifications_message WHERE due_id IS NOT NULL;

INSERT INTO notifications_suppression (customer_id, address_hash, reason, source, wording, at)
SELECT c, md5(c::text), 'ASKED', 'REPLY', '退订', %(now)s FROM generate_series(1, %(n)s) c WHERE mod(c, 33) = 0;

INSERT INTO notifications_inboundevent
    (account_id, provider_id, kind, state, sender, raw, received_at, handled_at, message_id)
SELECT account_id, 'crowd-' || id, 'MESSAGE', 'HANDLED', address, ''::bytea, created_at, created_at, id
FROM notifications_message WHERE direction = 'IN';
