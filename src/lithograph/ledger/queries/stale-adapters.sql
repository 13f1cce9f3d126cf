WITH RECURSIVE described AS (
  SELECT key, dataset, ontology, splits, coalesce(nullif(ontology_iri, ''), sources[1].name, dataset_name) AS iri
  FROM builds
),
kin AS (SELECT * FROM described WHERE iri IN (SELECT iri FROM described WHERE ontology = $ontology)),
parts AS (SELECT DISTINCT s.id AS part FROM (SELECT unnest(splits) AS s FROM kin)),
taught AS (
  SELECT DISTINCT adapter FROM (SELECT adapter, unnest(splits) AS s FROM runs WHERE adapter IS NOT NULL)
  WHERE s.role = 'train' AND s.id IN (SELECT part FROM parts)
),
held AS (SELECT DISTINCT axiom FROM axioms WHERE key IN (SELECT key FROM builds WHERE ontology = $ontology)),
gone AS (
  SELECT DISTINCT instance, axiom
  FROM (SELECT instance, unnest(axioms) AS axiom FROM instances) ANTI JOIN held USING (axiom)
),
chain AS (  -- an adapter and those that it continues
  SELECT adapter, adapter AS continued FROM runs WHERE adapter IS NOT NULL
  UNION SELECT c.adapter, runs.parent FROM chain c JOIN runs ON runs.adapter = c.continued WHERE runs.parent IS NOT NULL
),
used AS (
  SELECT DISTINCT chain.adapter, example FROM steps JOIN runs ON runs.key = steps.key
  JOIN chain ON chain.continued = runs.adapter
  WHERE chain.adapter IN (SELECT adapter FROM taught)
    AND example IN (SELECT id FROM examples WHERE instance IN (SELECT instance FROM gone))
),
learned AS (
  SELECT DISTINCT adapter, example, axiom
  FROM used JOIN (SELECT DISTINCT id, instance FROM examples) e ON e.id = example JOIN gone USING (instance)
),
named AS (SELECT DISTINCT adapter, slug FROM runs WHERE adapter IS NOT NULL),
said AS (SELECT axiom, min(display) AS display FROM axioms GROUP BY axiom)
SELECT adapter, slug AS name, count(DISTINCT axiom) AS gone, count(DISTINCT example) AS examples,
       min(display) AS such_as
FROM learned JOIN named USING (adapter) LEFT JOIN said USING (axiom)
GROUP BY adapter, slug ORDER BY gone DESC, adapter
