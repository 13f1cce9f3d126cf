WITH about AS (
  SELECT DISTINCT id FROM told WHERE instance IN (
    SELECT instance FROM resting WHERE hash IN (SELECT hash FROM axioms WHERE list_contains(nodes, $node)))
),
places AS (SELECT key AS build, place AS example, id FROM examples WHERE id IN (SELECT id FROM about)),
used AS (
  SELECT DISTINCT step, places.id AS example FROM steps JOIN places USING (build, example)
  WHERE steps.key IN (SELECT key FROM runs WHERE id = $run) AND step <= $step
)
SELECT count(*) AS exposures, count(DISTINCT example) AS examples, min(step) AS first, max(step) AS last FROM used
