DROP TRIGGER mappings_name ON mappings;
DROP FUNCTION name_mapping();
ALTER TABLE mappings DROP COLUMN external_name, DROP COLUMN external_folded;
