-- The folded names stay: earlier versions can also sort and search by them.
COMMENT ON COLUMN mappings.external_folded IS NULL;
COMMENT ON COLUMN external_orgs.folded IS NULL;
COMMENT ON COLUMN organizations.folded IS NULL;
