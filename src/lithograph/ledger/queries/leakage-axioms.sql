-- one build of the dataset is enough: builds of equal datasets print equal examples
WITH mine AS (SELECT min(key) AS key FROM builds WHERE dataset = $dataset),
counted AS (
  SELECT instance, count(*) FILTER (split = 'test') AS test_examples, count(*) FILTER (split = 'train') AS train_examples
  FROM examples WHERE key = (SELECT key FROM mine) GROUP BY instance
),
summed AS (
  SELECT place, sum(test_examples) AS test_examples, sum(train_examples) AS train_examples
  FROM (
    SELECT unnest(list_distinct(axioms)) AS place, test_examples, train_examples
    FROM instances JOIN counted ON counted.instance = instances.place WHERE key = (SELECT key FROM mine)
  ) GROUP BY place HAVING sum(test_examples) > 0 AND sum(train_examples) > 0
),
said AS (SELECT DISTINCT hash, display FROM axioms WHERE display IS NOT NULL)
SELECT axiom, said.display AS says, test_examples, train_examples
FROM summed JOIN axioms ON axioms.place = summed.place AND axioms.key = (SELECT key FROM mine) LEFT JOIN said USING (hash)
ORDER BY test_examples DESC, says, axiom LIMIT $limit
