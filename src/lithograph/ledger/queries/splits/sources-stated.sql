-- Of the claims held out for reasoning, how many rest only on claims that training states: what can be reasoned.
WITH needed AS (SELECT claim, unnest(sources) AS source FROM held_out WHERE role = 'reasoning'),
said AS (SELECT DISTINCT unnest(claims) AS source FROM examples WHERE split = 'train'),
met AS (SELECT claim, bool_and(said.source IS NOT NULL) AS every FROM needed LEFT JOIN said USING (source) GROUP BY claim)
SELECT count(*) FILTER (every) AS told, count(*) AS of_all FROM met
