-- An external organization never moves to another list, so each change counts once, for its list. The trigger for the list that it
-- leaves is dropped: it chose a second version at every update and never had another list to count for.
DROP TRIGGER external_orgs_count_leave ON external_orgs;

CREATE FUNCTION keep_external_org_in_its_list() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'an external organization stays in the list of its integration' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER external_orgs_stay BEFORE UPDATE OF account_id, integration_id ON external_orgs
    FOR EACH ROW WHEN ((OLD.account_id, OLD.integration_id) IS DISTINCT FROM (NEW.account_id, NEW.integration_id))
    EXECUTE FUNCTION keep_external_org_in_its_list();
