WITH final AS (
  SELECT example, same(arg_max(loss, step * 100000 + coalesce(micro, 0))) AS loss
  FROM steps WHERE key IN (SELECT key FROM runs WHERE id = $run) GROUP BY example
),
summed AS (  -- examples of one instance mention the same nodes
  SELECT instance, sum(loss) AS loss, count(*) AS examples
  FROM (SELECT DISTINCT id, instance FROM examples) e JOIN final ON final.example = e.id GROUP BY instance
),
mentioned AS (SELECT axiom, any_value(nodes) AS nodes FROM axioms GROUP BY axiom),
about AS (
  SELECT DISTINCT instance, unnest(nodes) AS node
  FROM (SELECT DISTINCT instance, unnest(axioms) AS axiom FROM instances SEMI JOIN summed USING (instance))
  JOIN mentioned USING (axiom)
),
named AS (SELECT iri AS node, min(label_en) AS name FROM nodes GROUP BY iri)
SELECT node, any_value(name) AS name, four(sum(loss) / sum(examples)) AS mean_loss, sum(examples) AS examples
FROM about JOIN summed USING (instance) LEFT JOIN named USING (node)
GROUP BY node HAVING sum(examples) >= $least ORDER BY mean_loss DESC, node LIMIT $limit
