-- Signing in takes less of Postgres. What bearers sets, it sets by assignment: that is evaluated at once, where PERFORM runs a
-- statement. It reads in the snapshot of the statement that calls it, which begins after all who wait for it have come, and takes
-- none of its own for each of its reads. And an account that several of the tokens belong to, one after the other, is read once.
CREATE OR REPLACE FUNCTION bearers(hashes bytea[])
    RETURNS TABLE (hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    opened uuid; -- the account that was read last
    setting text;
BEGIN
    FOREACH hash IN ARRAY hashes LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT t.account_id, t.id, t.name, t.role INTO account_id, id, name, role FROM api_tokens AS t
        WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        CONTINUE WHEN NOT FOUND;
        IF account_id IS DISTINCT FROM opened THEN
            setting := set_config('app.account_id', account_id::text, true);
            SELECT a.journal_position, a.xmin INTO STRICT journal_position, written_by FROM accounts AS a WHERE a.id = bearers.account_id;
            setting := set_config('app.account_id', '', true);
            opened := account_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$$;
