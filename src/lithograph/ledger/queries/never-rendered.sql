WITH printed AS (
  SELECT DISTINCT unnest(axioms) AS axiom FROM instances WHERE instance IN (SELECT instance FROM examples)
),
silent AS (
  SELECT DISTINCT axiom, kind FROM axioms ANTI JOIN printed USING (axiom)
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
  SELECT DISTINCT axiom, name, sha256 FROM axioms JOIN files ON files.key = axioms.key AND files.alias = axioms.source
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL),
why AS (SELECT DISTINCT axiom, silence FROM axioms WHERE silence IS NOT NULL)
SELECT axiom, kind, display AS says, silence AS why, name AS file
FROM silent LEFT JOIN said USING (axiom) LEFT JOIN why USING (axiom) LEFT JOIN stands USING (axiom)
ORDER BY kind, says, axiom LIMIT $limit
