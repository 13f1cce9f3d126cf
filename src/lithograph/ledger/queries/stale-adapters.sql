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
held AS (SELECT DISTINCT hash FROM axioms WHERE key IN (SELECT key FROM builds WHERE ontology = $ontology)),
gone AS (SELECT DISTINCT instance, hash FROM resting WHERE hash IN (SELECT hash FROM axioms ANTI JOIN held USING (hash))),
chain AS (  -- an adapter and those that it continues
  SELECT adapter, adapter AS continued FROM runs WHERE adapter IS NOT NULL
  UNION SELECT c.adapter, runs.parent FROM chain c JOIN runs ON runs.adapter = c.continued WHERE runs.parent IS NOT NULL
),
told_of AS (SELECT DISTINCT id, instance FROM told WHERE instance IN (SELECT instance FROM gone)),
places AS (SELECT key AS build, place AS example, id FROM examples WHERE id IN (SELECT id FROM told_of)),
used AS (
  SELECT DISTINCT chain.adapter, places.id AS id
  FROM steps JOIN places USING (build, example) JOIN runs ON runs.key = steps.key
  JOIN chain ON chain.continued = runs.adapter
  WHERE chain.adapter IN (SELECT adapter FROM taught)
),
learned AS (SELECT DISTINCT adapter, id, hash FROM used JOIN told_of USING (id) JOIN gone USING (instance)),
named AS (SELECT DISTINCT adapter, slug FROM runs WHERE adapter IS NOT NULL),
said AS (SELECT hash, min(display) AS display FROM axioms GROUP BY hash)
SELECT adapter, slug AS name, count(DISTINCT hash) AS gone, count(DISTINCT id) AS examples,
       min(display) AS such_as
FROM learned JOIN named USING (adapter) LEFT JOIN said USING (hash)
GROUP BY adapter, slug ORDER BY gone DESC, adapter
