WITH mine AS (SELECT * FROM steps WHERE key IN (SELECT key FROM runs WHERE id = $run)),
summed AS (
  SELECT step, sum(CAST(loss AS DOUBLE) * coalesce(tokens, 1)) / sum(coalesce(tokens, 1)) AS loss FROM mine GROUP BY step
),
jumps AS (
  SELECT now.step AS step, now.loss AS high, before.loss AS low
  FROM summed now JOIN summed before ON before.step = now.step - 1 WHERE now.loss > $factor * before.loss
),
used AS (SELECT DISTINCT step, id FROM shown SEMI JOIN jumps USING (step)
         WHERE key IN (SELECT key FROM runs WHERE id = $run)),
behind AS (
  SELECT DISTINCT step, hash
  FROM used JOIN (SELECT DISTINCT id, instance FROM told WHERE id IN (SELECT id FROM used)) USING (id)
  JOIN (SELECT DISTINCT instance, hash FROM resting) USING (instance)
),
said AS (SELECT DISTINCT hash, display FROM axioms WHERE display IS NOT NULL)
SELECT step, four(high) AS loss, four(low) AS before, display AS says, axiom_of(hash) AS axiom
FROM jumps JOIN behind USING (step) LEFT JOIN said USING (hash)
ORDER BY high / low DESC, step, says, axiom LIMIT $limit
