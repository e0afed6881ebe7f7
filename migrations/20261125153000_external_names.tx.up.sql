-- A mapping stores a copy of its external organization's name. A page of the grid shows hundreds of names, and looking them up
-- was most of its cost. If an insert does not set the name, a trigger does. A refresh that renames external organizations also
-- updates their mappings.
ALTER TABLE mappings ADD COLUMN external_name text, ADD COLUMN external_folded text COLLATE "C";

-- Row-level security also applies to the owner, and no account is set here.
ALTER TABLE mappings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE external_orgs NO FORCE ROW LEVEL SECURITY;
UPDATE mappings AS m SET external_name = e.name, external_folded = e.folded
FROM external_orgs AS e WHERE e.account_id = m.account_id AND e.id = m.external_org_id;
ALTER TABLE external_orgs FORCE ROW LEVEL SECURITY;
ALTER TABLE mappings FORCE ROW LEVEL SECURITY;

ALTER TABLE mappings ALTER COLUMN external_name SET NOT NULL, ALTER COLUMN external_folded SET NOT NULL;

CREATE FUNCTION name_mapping() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    SELECT e.name, e.folded INTO NEW.external_name, NEW.external_folded
    FROM external_orgs AS e WHERE e.account_id = NEW.account_id AND e.id = NEW.external_org_id;
    IF NOT FOUND THEN -- the foreign key says so better
        NEW.external_name := '';
        NEW.external_folded := '';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER mappings_name BEFORE INSERT ON mappings
    FOR EACH ROW WHEN (NEW.external_name IS NULL OR NEW.external_folded IS NULL) EXECUTE FUNCTION name_mapping();
