WITH weighed AS (
  SELECT a.key AS key, item, hash_of(example) AS example, same(a.score) AS score, row_number() OVER () AS attribution
  FROM attributions a
  WHERE a.key IN (SELECT key FROM evaluations WHERE model = $adapter)
    AND EXISTS (SELECT 1 FROM probes p WHERE p.key = a.key AND p.item = a.item AND NOT p.correct)
),
standing AS (SELECT DISTINCT id AS example, instance FROM told WHERE id IN (SELECT example FROM weighed)),
instances_of AS (SELECT DISTINCT instance, hash FROM resting WHERE instance IN (SELECT instance FROM standing)),
about AS (
  SELECT DISTINCT example, node FROM standing JOIN instances_of USING (instance)
  JOIN (SELECT DISTINCT hash, unnest(nodes) AS node FROM axioms) USING (hash)
),
spread AS (SELECT example, count(*) AS nodes FROM about GROUP BY example),
named AS (SELECT iri AS node, min(label_en) AS name FROM nodes GROUP BY iri)
SELECT node, any_value(name) AS name, four(sum(score / spread.nodes)) AS score, count(DISTINCT example) AS examples,
       count(DISTINCT item) AS questions
FROM weighed JOIN about USING (example) JOIN spread USING (example) LEFT JOIN named USING (node)
GROUP BY node ORDER BY score DESC, node LIMIT $limit
