-- one build of the dataset is enough: builds of equal datasets print equal examples
WITH mine AS (SELECT min(key) AS key FROM builds WHERE dataset = $dataset),
counted AS (
  SELECT instance, count(*) FILTER (split = 'test') AS test_examples, count(*) FILTER (split = 'train') AS train_examples
  FROM examples WHERE key = (SELECT key FROM mine) GROUP BY instance
),
summed AS (
  SELECT axiom, sum(test_examples) AS test_examples, sum(train_examples) AS train_examples
  FROM (
    SELECT unnest(list_distinct(axioms)) AS axiom, test_examples, train_examples
    FROM instances JOIN counted USING (instance) WHERE key = (SELECT key FROM mine)
  ) GROUP BY axiom HAVING sum(test_examples) > 0 AND sum(train_examples) > 0
),
said AS (SELECT DISTINCT axiom, display FROM axioms WHERE display IS NOT NULL)
SELECT axiom, display AS says, test_examples, train_examples
FROM summed LEFT JOIN said USING (axiom)
ORDER BY test_examples DESC, says, axiom LIMIT $limit
