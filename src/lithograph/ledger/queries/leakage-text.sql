WITH mine AS (SELECT min(key) AS key FROM builds WHERE dataset = $dataset),
texts AS (SELECT content_hash, split, id FROM examples WHERE key = (SELECT key FROM mine)),
shared AS (
  SELECT content_hash FROM texts GROUP BY content_hash HAVING min(split) <> max(split)
)
SELECT text_of(content_hash) AS text_hash, count(DISTINCT split) AS splits, min(split) AS one, max(split) AS other,
       count(DISTINCT id) AS examples
FROM texts SEMI JOIN shared USING (content_hash)
GROUP BY content_hash ORDER BY examples DESC, text_hash LIMIT $limit
