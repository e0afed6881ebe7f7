-- Names are folded another way from here on: Unicode's full case folding, without accents, in single blanks. That takes Go:
-- refold.go has written the columns by now.
COMMENT ON COLUMN organizations.folded IS 'what name.Fold makes of the name; lists sort by it and search in it';
COMMENT ON COLUMN external_orgs.folded IS 'what name.Fold makes of the name; lists sort by it and search in it';
COMMENT ON COLUMN mappings.external_folded IS 'what name.Fold makes of the external organization''s name';
