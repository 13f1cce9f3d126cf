WITH mine AS (SELECT * FROM runs WHERE adapter = $adapter),
parts AS (SELECT DISTINCT s.id AS part FROM (SELECT unnest(splits) AS s FROM mine) WHERE s.role = 'train'),
pressed AS (SELECT key, dataset, s.id AS part, s.role AS role FROM (SELECT key, dataset, unnest(splits) AS s FROM builds)),
behind AS (SELECT DISTINCT b.* FROM builds b WHERE b.key IN (SELECT key FROM pressed WHERE part IN (SELECT part FROM parts))),
settings AS (
  SELECT id, name, json_extract(options, '$."' || name || '"') AS value
  FROM (SELECT id, options, unnest(json_keys(options)) AS name FROM mine)
)
SELECT 'run' AS what, id AS thing, slug AS value FROM mine
UNION SELECT 'setting', id || '/setting/' || name, name || ' = ' || (value ->> '$') FROM settings
      WHERE json_type(value) NOT IN ('ARRAY', 'OBJECT', 'NULL')
UNION SELECT 'model', model, coalesce(model_name, model) FROM runs WHERE model IN (SELECT model FROM mine)
UNION SELECT 'split', part, role FROM pressed WHERE part IN (SELECT part FROM parts)
UNION SELECT 'dataset', dataset, dataset_name FROM behind
UNION SELECT 'build', id, slug FROM behind
UNION SELECT 'program', 'urn:litho:software:' || code_version, 'lithograph ' || code_version FROM behind
UNION SELECT 'recipe', 'urn:litho:recipe:' || recipe_hash,
             CASE WHEN length(recipe) > 96 THEN substr(recipe, 1, 96) || '…' ELSE recipe END FROM behind
UNION SELECT 'ontology', ontology, ontology_version FROM behind
UNION SELECT 'source', 'urn:litho:source:' || sha256(s.name || chr(10) || s.sha256), s.name
      FROM (SELECT unnest(sources) AS s FROM builds WHERE ontology IN (SELECT ontology FROM behind))
ORDER BY what, value, thing
