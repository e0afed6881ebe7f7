-- The names stay as they were folded last: earlier versions sort by them and search in them as well.
COMMENT ON COLUMN mappings.external_folded IS NULL;
COMMENT ON COLUMN external_orgs.folded IS NULL;
COMMENT ON COLUMN organizations.folded IS NULL;
