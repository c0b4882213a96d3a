follow_up AS (SELECT NULL::bigint AS id, NULL::bigint AS customer_id, NULL::text AS occurrence WHERE false)
