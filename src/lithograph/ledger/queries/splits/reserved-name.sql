-- A name of a term that is kept for transfer, in the text of an example of that language.
SELECT id AS example, regexp_extract(prompt || chr(10) || completion, $pattern) AS what
FROM examples
WHERE language = $language
  AND (regexp_matches(prompt, $pattern) OR regexp_matches(completion, $pattern))
ORDER BY example
