-- A name of a term that is kept for transfer, word for word in the question or in the answer of an example of its language.
-- Only where a text has the first word of a name is the name looked for: few texts have one.
WITH begun AS (SELECT language, name, string_split(name, ' ')[1] AS word FROM names),
texts AS (
  SELECT id, language, unnest([prompt, completion]) AS text FROM examples WHERE language IN (SELECT language FROM names)
),
told AS (
  SELECT id, language, ' ' || regexp_replace(lower(text), '[^\p{L}\p{N}]+', ' ', 'g') || ' ' AS words FROM texts
),
heard AS (SELECT id, language, words, unnest(list_distinct(string_split(words, ' '))) AS word FROM told)
SELECT id AS example, min(name) AS what
FROM heard JOIN begun USING (language, word) WHERE contains(words, ' ' || name || ' ')
GROUP BY id ORDER BY example, what
