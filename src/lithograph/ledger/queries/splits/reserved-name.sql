-- A name of a term that is kept for transfer, word for word in the question or in the answer of an example of its language.
WITH texts AS (
  SELECT id, language, unnest([prompt, completion]) AS text FROM examples WHERE language IN (SELECT language FROM names)
),
told AS (
  SELECT id, language, ' ' || regexp_replace(lower(text), '[^\p{L}\p{N}]+', ' ', 'g') || ' ' AS words FROM texts
)
SELECT id AS example, min(name) AS what
FROM told JOIN names ON told.language = names.language AND contains(words, ' ' || name || ' ')
GROUP BY id ORDER BY example, what
