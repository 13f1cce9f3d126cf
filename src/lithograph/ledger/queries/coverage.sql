WITH mine AS (SELECT min(key) AS key FROM builds WHERE dataset = $dataset),
printed AS (
  SELECT instance, template, count(*) AS examples, max(depth) AS deepest
  FROM examples WHERE key = (SELECT key FROM mine) AND template IS NOT NULL GROUP BY instance, template
),
summed AS (
  SELECT axiom, sum(examples) AS examples, max(deepest) AS deepest, count(DISTINCT template) AS templates
  FROM (
    SELECT unnest(list_distinct(axioms)) AS axiom, template, examples, deepest
    FROM instances JOIN printed USING (instance) WHERE key = (SELECT key FROM mine)
  ) GROUP BY axiom
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL)
SELECT axiom, display AS says, examples, deepest, templates
FROM summed LEFT JOIN said USING (axiom) ORDER BY examples, says, axiom LIMIT $limit
