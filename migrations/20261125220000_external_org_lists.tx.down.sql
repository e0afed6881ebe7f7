DROP TRIGGER external_orgs_count_insert ON external_orgs;
DROP TRIGGER external_orgs_count_update ON external_orgs;
DROP TRIGGER external_orgs_count_leave ON external_orgs;
DROP TRIGGER external_orgs_count_delete ON external_orgs;
DROP FUNCTION count_external_org_writes();
DROP TABLE external_org_lists;
