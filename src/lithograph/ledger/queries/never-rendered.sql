WITH printed AS (
  SELECT DISTINCT hash FROM resting WHERE instance IN (SELECT instance FROM told)
),
silent AS (
  SELECT DISTINCT hash, kind FROM axioms ANTI JOIN printed USING (hash)
  WHERE key IN (SELECT key FROM builds WHERE ontology = $ontology)
    AND kind NOT IN ('Declaration', 'AnnotationAssertion', 'SubAnnotationPropertyOf', 'AnnotationPropertyDomain',
                     'AnnotationPropertyRange')
    AND NOT starts_with(substr(text, instr(text, '(') + 1), '<https://w3id.org/lithograph/ns#')
),
files AS (  -- a source goes by its name, and by the last part of it where no other source has that name
  SELECT key, alias, arg_max(s.name, rank) AS name, arg_max(s.sha256, rank) AS sha256
  FROM (
    SELECT key, s, unnest([s.name, parse_filename(s.name)]) AS alias,
           unnest([1000000 + place, place]) AS rank
    FROM (SELECT key, unnest(sources) AS s, generate_subscripts(sources, 1) AS place FROM builds)
  ) GROUP BY key, alias
),
stands AS (
  SELECT DISTINCT hash, name, sha256 FROM axioms JOIN files ON files.key = axioms.key AND files.alias = axioms.source
),
said AS (SELECT DISTINCT hash, display FROM axioms WHERE display IS NOT NULL),
why AS (SELECT DISTINCT hash, silence FROM axioms WHERE silence IS NOT NULL)
SELECT axiom_of(hash) AS axiom, kind, display AS says, silence AS why, name AS file
FROM silent LEFT JOIN said USING (hash) LEFT JOIN why USING (hash) LEFT JOIN stands USING (hash)
ORDER BY kind, says, axiom LIMIT $limit
