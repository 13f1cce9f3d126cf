-- An example that states all from which a held-out claim follows in one step.
WITH sets AS (
  SELECT claim, generate_subscripts(one_step, 1) AS number, unnest(one_step) AS premises
  FROM held_out WHERE role = 'reasoning'
),
wanted AS (SELECT claim, number, len(premises) AS size, unnest(premises) AS premise FROM sets),
said AS (SELECT DISTINCT id, unnest(claims) AS premise FROM examples),
met AS (
  SELECT id, claim, number FROM said JOIN wanted USING (premise)
  GROUP BY id, claim, number, size HAVING count(*) = size
)
SELECT DISTINCT id AS example, claim AS what FROM met ORDER BY example, what
