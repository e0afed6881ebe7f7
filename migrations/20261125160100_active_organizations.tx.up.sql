-- The first statement of a snapshot also returns the number of active organizations: the total of the most frequent list.
DROP FUNCTION open_account(uuid);
CREATE FUNCTION open_account(account uuid) RETURNS TABLE (journal_position bigint, written_by xid, organizations_used integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_config('app.account_id', account::text, true);
    RETURN QUERY SELECT a.journal_position, a.xmin, a.organizations_used FROM accounts AS a WHERE a.id = account;
END
$$;
REVOKE EXECUTE ON FUNCTION open_account(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_account(uuid) TO orgmap_app;
