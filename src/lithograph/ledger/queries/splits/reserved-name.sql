-- A name of a term that is kept for transfer, word for word in the text of an example of its language.
WITH texts AS (
  SELECT id, language,
         ' ' || regexp_replace(lower(prompt || ' ' || completion), '[^\p{L}\p{N}]+', ' ', 'g') || ' ' AS words
  FROM examples WHERE language IN (SELECT language FROM names)
)
SELECT id AS example, min(name) AS what
FROM texts JOIN names ON texts.language = names.language AND contains(words, ' ' || name || ' ')
GROUP BY id ORDER BY example, what
