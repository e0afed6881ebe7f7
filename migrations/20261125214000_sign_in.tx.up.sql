-- Makes authentication cheaper for Postgres. bearers changes settings by assignment, which is evaluated directly, while PERFORM
-- runs a statement. It is STABLE, so it reads in the snapshot of the calling statement instead of taking one for each read. And
-- it reads an account once for consecutive tokens of the same account.
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
