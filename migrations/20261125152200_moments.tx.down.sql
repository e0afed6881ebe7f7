DROP FUNCTION bearers(bytea[]), open_account(uuid);
