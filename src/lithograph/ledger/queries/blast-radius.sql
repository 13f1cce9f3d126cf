WITH standing AS (
  SELECT DISTINCT instance, hash FROM resting
  WHERE hash IN (SELECT hash_of(urn) FROM (SELECT unnest($axiom) AS urn))
),
parts AS (SELECT key, slug, s.id AS part, s.role AS role FROM (SELECT key, slug, unnest(splits) AS s FROM builds)),
printed AS (
  SELECT DISTINCT hash, part, t.id AS example
  FROM told t JOIN standing USING (instance) JOIN parts ON parts.key = t.key AND parts.role = t.split
),
counted AS (SELECT hash, part, count(*) AS examples FROM printed GROUP BY hash, part),
trained AS (SELECT DISTINCT adapter, s.id AS part FROM (SELECT adapter, unnest(splits) AS s FROM runs)
            WHERE adapter IS NOT NULL AND s.role = 'train'),
places AS (SELECT key AS build, place AS example, id FROM examples WHERE id IN (SELECT example FROM printed)),
used AS (
  SELECT DISTINCT adapter, places.id AS example
  FROM steps JOIN places USING (build, example) JOIN runs ON runs.key = steps.key AND runs.adapter IS NOT NULL
),
learned AS (
  SELECT hash, part, adapter, count(DISTINCT example) AS seen
  FROM printed JOIN used USING (example) JOIN trained USING (adapter, part) GROUP BY hash, part, adapter
),
said AS (SELECT DISTINCT hash, display FROM axioms WHERE display IS NOT NULL)
SELECT DISTINCT axiom_of(hash) AS axiom, display AS says, slug AS build, role AS split, examples, adapter, seen
FROM counted JOIN parts USING (part) LEFT JOIN said USING (hash) LEFT JOIN learned USING (hash, part)
ORDER BY says, axiom, build, split, adapter
