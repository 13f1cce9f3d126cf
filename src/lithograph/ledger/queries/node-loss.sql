-- nodes, axioms and examples go by number: a million rows of hashes are too many to tell apart
WITH final AS (
  SELECT build AS key, example AS place, same(arg_max(loss, CAST(step AS BIGINT) * 100000 + coalesce(micro, 0))) AS loss
  FROM steps WHERE build IS NOT NULL AND key IN (SELECT key FROM runs WHERE id = $run) GROUP BY build, example
),
summed AS (  -- examples of one instance mention the same nodes
  SELECT e.key AS key, e.instance AS place, sum(loss) AS loss, count(*) AS examples
  FROM examples e JOIN final USING (key, place) GROUP BY e.key, e.instance
),
stating AS (
  SELECT instance, sum(loss) AS loss, sum(examples) AS examples, row_number() OVER () AS number
  FROM instances JOIN summed USING (key, place) GROUP BY instance
),
numbered AS (SELECT iri AS node, row_number() OVER () AS node_number FROM (SELECT DISTINCT unnest(nodes) AS iri FROM axioms)),
mentions AS (
  SELECT key, place, node_number
  FROM (SELECT key, place, unnest(list_distinct(nodes)) AS node FROM axioms) JOIN numbered USING (node)
),
about AS (
  SELECT DISTINCT number << 32 | node_number AS pair  -- one number is told apart faster than two
  FROM (SELECT key, number, unnest(axioms) AS place FROM instances JOIN stating USING (instance))
  JOIN mentions USING (key, place)
),
scored AS (
  SELECT node_number, four(sum(loss) / sum(examples)) AS mean_loss, sum(examples) AS examples
  FROM (SELECT pair >> 32 AS number, pair & 4294967295 AS node_number FROM about) JOIN stating USING (number) GROUP BY node_number HAVING sum(examples) >= $least
),
named AS (SELECT iri AS node, min(label_en) AS name FROM nodes GROUP BY iri)
SELECT node, name, mean_loss, scored.examples
FROM scored JOIN numbered USING (node_number) LEFT JOIN named USING (node)
ORDER BY mean_loss DESC, node LIMIT $limit
