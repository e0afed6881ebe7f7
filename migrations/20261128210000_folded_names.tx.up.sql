-- Names are folded by Unicode's full case folding, without accents and double spaces. Only Go can compute this: refold.go
-- writes the columns before this step.
COMMENT ON COLUMN organizations.folded IS 'what name.Fold makes of the name; lists sort by it and search in it';
COMMENT ON COLUMN external_orgs.folded IS 'what name.Fold makes of the name; lists sort by it and search in it';
COMMENT ON COLUMN mappings.external_folded IS 'what name.Fold makes of the external organization''s name';
