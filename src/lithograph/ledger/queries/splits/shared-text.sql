-- A text of one split that is a text of another, or the question of a probe that training asks in the same words.
SELECT min(id) AS example, content_hash AS what
FROM examples GROUP BY content_hash HAVING min(split) <> max(split)
UNION ALL
SELECT min(e.id), p.id FROM probes p JOIN examples e ON e.prompt = p.question GROUP BY p.id
ORDER BY example, what
