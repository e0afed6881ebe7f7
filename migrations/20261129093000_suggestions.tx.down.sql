DROP FUNCTION stale_matchings(integer);
DROP TABLE matchings;
DROP TABLE suggestions;
