WITH pairs AS (
  SELECT a.key AS first, b.key AS second FROM evaluations a JOIN evaluations b ON a.dataset = b.dataset
  WHERE a.model = $before AND b.model = $after
),
lost AS (
  SELECT b.item AS item, b.expected AS expected, b.answer AS answer, unnest(b.axioms) AS axiom
  FROM pairs JOIN probes a ON a.key = first AND a.correct JOIN probes b ON b.key = second AND b.item = a.item
  WHERE NOT b.correct
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL)
SELECT axiom, display AS says, count(DISTINCT item) AS lost, min(expected) AS expected, min(answer) AS such_as
FROM lost LEFT JOIN said USING (axiom) GROUP BY axiom, display ORDER BY lost DESC, says, axiom LIMIT $limit
