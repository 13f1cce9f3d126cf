WITH RECURSIVE chain AS (  -- the adapter and those that it continues
  SELECT CAST($adapter AS VARCHAR) AS continued
  UNION SELECT runs.parent FROM chain JOIN runs ON runs.adapter = chain.continued WHERE runs.parent IS NOT NULL
),
mine AS (SELECT * FROM runs WHERE adapter IN (SELECT continued FROM chain)),
trained AS (SELECT s.id AS part FROM (SELECT unnest(splits) AS s FROM mine) WHERE s.role = 'train'),
source_of AS (
  SELECT key, ontology, s.name AS name, s.sha256 AS sha256, s.licence AS licence, place, splits
  FROM (SELECT key, ontology, splits, unnest(sources) AS s, generate_subscripts(sources, 1) AS place FROM builds)
),
behind AS (  -- the sources of every build of those ontology versions
  SELECT DISTINCT name, sha256 FROM source_of WHERE ontology IN (
    SELECT ontology FROM builds WHERE list_has_any(list_transform(splits, lambda s: s.id), (SELECT list(part) FROM trained)))
),
files AS (
  SELECT key, alias, arg_max(name, rank) AS name, arg_max(sha256, rank) AS sha256
  FROM (SELECT key, name, sha256, unnest([name, parse_filename(name)]) AS alias, unnest([1000000 + place, place]) AS rank
        FROM source_of) GROUP BY key, alias
),
used AS (
  SELECT DISTINCT id FROM examples SEMI JOIN (SELECT DISTINCT build AS key, example AS place FROM steps
                                              WHERE key IN (SELECT key FROM mine)) USING (key, place)
),
seen AS (
  SELECT DISTINCT hash FROM resting WHERE instance IN (SELECT instance FROM told WHERE id IN (SELECT id FROM used))
),
counted AS (
  SELECT name, sha256, count(DISTINCT hash) AS axioms
  FROM axioms SEMI JOIN seen USING (hash) JOIN files ON files.key = axioms.key AND files.alias = axioms.source
  GROUP BY name, sha256
),
stated AS (SELECT DISTINCT name, sha256, nullif(licence, '') AS licence FROM source_of WHERE nullif(licence, '') IS NOT NULL),
models AS (SELECT DISTINCT model, coalesce(model_name, model) AS file FROM runs WHERE model IN (SELECT model FROM mine)),
terms AS (SELECT DISTINCT model, model_licence AS licence FROM runs WHERE nullif(model_licence, '') IS NOT NULL)
SELECT licence, file, axioms FROM (
  SELECT coalesce(licence, 'none stated') AS licence, name AS file, axioms
  FROM behind LEFT JOIN stated USING (name, sha256) LEFT JOIN counted USING (name, sha256)
  UNION ALL
  SELECT coalesce(licence, 'none stated'), file, NULL FROM models LEFT JOIN terms USING (model)
)  -- in SPARQL's order an IRI comes before a text
ORDER BY contains(licence, ':') AND NOT contains(trim(licence), ' ') DESC, licence, file
