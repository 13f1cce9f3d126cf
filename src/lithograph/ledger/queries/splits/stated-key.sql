-- A probe of reasoning whose key is stated: each of its claims by some example of training.
WITH keys AS (SELECT id AS probe, unnest(claims) AS claim FROM probes WHERE probe_split = 'reasoning'),
said AS (SELECT claim, min(id) AS example FROM (SELECT id, unnest(claims) AS claim FROM examples WHERE split = 'train') GROUP BY claim)
SELECT min(example) AS example, probe AS what
FROM keys LEFT JOIN said USING (claim) GROUP BY probe HAVING count(*) = count(example)
ORDER BY example, what
