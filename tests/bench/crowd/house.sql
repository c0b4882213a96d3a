-- The centre's people, and what they did.

INSERT INTO accounts_user (email, password, name, role, language, is_active, created_at)
SELECT 'p' || u || '@crowd.example', '!', 'P' || u,
       (ARRAY['SERVICE_SPECIALIST', 'RELATIONS_SPECIALIST', 'SERVICE_ADVISOR'])[1 + mod(u, 3)], 'zh-hans', true, %(now)s
FROM generate_series(1, least(%(n)s, 40)) u;

INSERT INTO accounts_auditentry (at, actor_id, actor_kind, action, subject_kind, subject_id, before, after)
SELECT %(now)s - a * interval '10 minutes', 1 + mod(a, 20), 'user',
       (ARRAY['user.changed', 'key.issued', 'import.rolled_back'])[1 + mod(a, 3)], 'user', 1 + mod(a, 20), NULL, NULL
FROM generate_series(1, (%(n)s + 1) / 2) a;
