ALTER TABLE external_orgs DROP COLUMN website, DROP COLUMN city;
