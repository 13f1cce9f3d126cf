-- nodes and axioms go by number: a million rows of lists of texts are too many to hash
WITH final AS (
  SELECT example, same(arg_max(loss, CAST(step AS BIGINT) * 100000 + coalesce(micro, 0))) AS loss
  FROM steps WHERE key IN (SELECT key FROM runs WHERE id = $run) GROUP BY example
),
printed AS (SELECT id, min(instance) AS instance FROM examples SEMI JOIN final ON final.example = examples.id GROUP BY id),
summed AS (  -- examples of one instance mention the same nodes
  SELECT instance, sum(loss) AS loss, count(*) AS examples
  FROM printed JOIN final ON final.example = printed.id GROUP BY instance
),
stating AS (
  SELECT row_number() OVER () AS place, any_value(axioms) AS axioms, any_value(summed.loss) AS loss,
         any_value(examples) AS examples
  FROM instances JOIN summed USING (instance) GROUP BY instance
),
numbered AS (SELECT iri AS node, row_number() OVER () AS number FROM (SELECT DISTINCT unnest(nodes) AS iri FROM axioms)),
mentions AS (
  SELECT axiom, number FROM (SELECT DISTINCT axiom, unnest(nodes) AS node FROM axioms) JOIN numbered USING (node)
),
about AS (
  SELECT DISTINCT place, number FROM (SELECT place, unnest(axioms) AS axiom FROM stating) JOIN mentions USING (axiom)
),
scored AS (
  SELECT number, four(sum(loss) / sum(examples)) AS mean_loss, sum(examples) AS examples
  FROM about JOIN stating USING (place) GROUP BY number HAVING sum(examples) >= $least
),
named AS (SELECT iri AS node, min(label_en) AS name FROM nodes GROUP BY iri)
SELECT node, name, mean_loss, examples
FROM scored JOIN numbered USING (number) LEFT JOIN named USING (node)
ORDER BY mean_loss DESC, node LIMIT $limit
