-- Pages and searches by name are read from this index alone: the table's rows are scattered among those of other accounts.
DROP INDEX organizations_folded_idx;
CREATE INDEX organizations_folded_idx ON organizations (account_id, folded, id) INCLUDE (active, name, created_at, updated_at);
