-- A page of the list, and a search through all names, is read from this index alone: the rows lie scattered among those of other accounts.
DROP INDEX organizations_folded_idx;
CREATE INDEX organizations_folded_idx ON organizations (account_id, folded, id) INCLUDE (active, name, created_at, updated_at);
