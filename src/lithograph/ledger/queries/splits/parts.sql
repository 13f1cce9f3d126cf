-- What stands in both parts of the probes: a held-out claim, a question; or a probe whose claim is of the other part.
SELECT '' AS example, claim AS what FROM held_out GROUP BY claim HAVING count(DISTINCT part) > 1
UNION
SELECT '', min(id) FROM probes GROUP BY question HAVING count(DISTINCT part) > 1
UNION
SELECT '', p.id FROM (SELECT id, part, unnest(claims) AS claim FROM probes WHERE probe_split = 'reasoning') p
JOIN held_out h USING (claim) WHERE h.role = 'reasoning' AND h.part <> p.part
ORDER BY example, what
