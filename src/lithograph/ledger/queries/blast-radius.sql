WITH standing AS (
  SELECT DISTINCT axiom, instance
  FROM (SELECT unnest(axioms) AS axiom, instance FROM instances WHERE list_has_any(axioms, $axiom))
  WHERE list_contains($axiom, axiom)
),
parts AS (SELECT key, slug, s.id AS part, s.role AS role FROM (SELECT key, slug, unnest(splits) AS s FROM builds)),
printed AS (
  SELECT DISTINCT axiom, part, e.id AS example
  FROM examples e JOIN standing USING (instance) JOIN parts ON parts.key = e.key AND parts.role = e.split
),
counted AS (SELECT axiom, part, count(*) AS examples FROM printed GROUP BY axiom, part),
trained AS (SELECT DISTINCT adapter, s.id AS part FROM (SELECT adapter, unnest(splits) AS s FROM runs)
            WHERE adapter IS NOT NULL AND s.role = 'train'),
used AS (
  SELECT DISTINCT adapter, steps.example AS example
  FROM steps JOIN runs ON runs.key = steps.key AND runs.adapter IS NOT NULL
  WHERE steps.example IN (SELECT example FROM printed)
),
learned AS (
  SELECT axiom, part, adapter, count(DISTINCT example) AS seen
  FROM printed JOIN used USING (example) JOIN trained USING (adapter, part) GROUP BY axiom, part, adapter
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL AND list_contains($axiom, axiom))
SELECT DISTINCT axiom, display AS says, slug AS build, role AS split, examples, adapter, seen
FROM counted JOIN parts USING (part) LEFT JOIN said USING (axiom) LEFT JOIN learned USING (axiom, part)
ORDER BY says, axiom, build, split, adapter
