-- A claim that is held out for reasoning, stated by an example.
WITH said AS (SELECT id, unnest(claims) AS claim FROM examples)
SELECT DISTINCT id AS example, claim AS what
FROM said JOIN held_out USING (claim) WHERE role = 'reasoning'
ORDER BY example, what
