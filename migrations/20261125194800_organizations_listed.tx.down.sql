DROP INDEX organizations_folded_idx;
CREATE INDEX organizations_folded_idx ON organizations (account_id, folded, id) INCLUDE (active);
