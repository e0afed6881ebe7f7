DROP TRIGGER external_orgs_stay ON external_orgs;
DROP FUNCTION keep_external_org_in_its_list();

CREATE TRIGGER external_orgs_count_leave AFTER UPDATE ON external_orgs
    REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes();
