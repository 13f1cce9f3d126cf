WITH mine AS (SELECT min(key) AS key FROM builds WHERE dataset = $dataset),
printed AS (
  SELECT instance, template, count(*) AS examples, max(depth) AS deepest
  FROM examples WHERE key = (SELECT key FROM mine) AND template IS NOT NULL GROUP BY instance, template
),
summed AS (
  SELECT place, sum(examples) AS examples, max(deepest) AS deepest, count(DISTINCT template) AS templates
  FROM (
    SELECT unnest(list_distinct(axioms)) AS place, template, examples, printed.deepest
    FROM instances JOIN printed ON printed.instance = instances.place WHERE key = (SELECT key FROM mine)
  ) GROUP BY place
),
said AS (SELECT DISTINCT hash, display FROM axioms WHERE display IS NOT NULL)
SELECT axiom, said.display AS says, summed.examples, deepest, templates
FROM summed JOIN axioms ON axioms.place = summed.place AND axioms.key = (SELECT key FROM mine) LEFT JOIN said USING (hash)
ORDER BY summed.examples, says, axiom LIMIT $limit
