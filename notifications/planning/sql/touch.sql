-- Arrays, since the planner knows how many rows they have.
touch AS (
    SELECT * FROM unnest(
        %(numbers)s::int[], %(from_days)s::int[], %(until_days)s::int[], %(are_calls)s::boolean[],
        %(expires_days)s::int[]
    ) AS t (number, from_day, until_day, is_call, expires_days)
)
