WITH mine AS (SELECT * FROM steps WHERE key IN (SELECT key FROM runs WHERE id = $run)),
summed AS (
  SELECT step, sum(CAST(loss AS DOUBLE) * coalesce(tokens, 1)) / sum(coalesce(tokens, 1)) AS loss FROM mine GROUP BY step
),
jumps AS (
  SELECT now.step AS step, now.loss AS high, before.loss AS low
  FROM summed now JOIN summed before ON before.step = now.step - 1 WHERE now.loss > $factor * before.loss
),
used AS (SELECT DISTINCT step, example FROM mine SEMI JOIN jumps USING (step)),
behind AS (
  SELECT DISTINCT step, unnest(axioms) AS axiom
  FROM used JOIN (SELECT DISTINCT id, instance FROM examples WHERE id IN (SELECT example FROM used)) e ON e.id = example
  JOIN (SELECT DISTINCT instance, axioms FROM instances) USING (instance)
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL)
SELECT step, four(high) AS loss, four(low) AS before, display AS says, axiom
FROM jumps JOIN behind USING (step) LEFT JOIN said USING (axiom)
ORDER BY high / low DESC, step, says, axiom LIMIT $limit
