-- A term that is kept for transfer, among the nodes of an example or in a claim that it states.
WITH about AS (SELECT id, unnest(nodes) AS term FROM examples),
said AS (SELECT id, unnest(claims) AS claim FROM examples)
SELECT id AS example, term AS what FROM about SEMI JOIN reserved USING (term)
UNION
SELECT id, claim FROM said JOIN held_out USING (claim) WHERE role = 'transfer'
ORDER BY example, what
