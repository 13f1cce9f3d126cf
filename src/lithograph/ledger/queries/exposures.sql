WITH about AS (
  SELECT DISTINCT id AS example FROM examples WHERE instance IN (
    SELECT instance FROM instances WHERE list_has_any(axioms, (
      SELECT coalesce(list(DISTINCT axiom), []) FROM axioms WHERE list_contains(nodes, $node))))
),
used AS (
  SELECT DISTINCT step, example FROM steps
  WHERE key IN (SELECT key FROM runs WHERE id = $run) AND step <= $step AND example IN (SELECT example FROM about)
)
SELECT count(*) AS exposures, count(DISTINCT example) AS examples, min(step) AS first, max(step) AS last FROM used
