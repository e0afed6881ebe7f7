CREATE POLICY bearer ON people FOR SELECT TO orgmap_app
    USING (EXISTS (SELECT FROM sessions WHERE sessions.account_id = people.account_id AND sessions.person_id = people.id
                   AND sessions.hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex')));
DROP FUNCTION bearers(bytea[]);
CREATE FUNCTION bearers(hashes bytea[])
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
REVOKE EXECUTE ON FUNCTION bearers(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bearers(bytea[]) TO orgmap_app;
ALTER TABLE api_tokens DROP COLUMN last_used_at;
REVOKE SELECT (token_id, hash) ON sessions FROM orgmap_operator;
DELETE FROM sessions WHERE person_id IS NULL;
ALTER TABLE sessions DROP COLUMN token_id, ALTER COLUMN person_id SET NOT NULL;
