-- A session belongs to a person or to a token. Signing in to the pages with a token opens a session, so the browser does not store
-- the token. Sessions are looked up together with tokens.
ALTER TABLE sessions
    ALTER COLUMN person_id DROP NOT NULL,
    ADD COLUMN token_id uuid,
    ADD CONSTRAINT sessions_token_fkey FOREIGN KEY (account_id, token_id) REFERENCES api_tokens (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT sessions_holder_check CHECK (num_nonnulls(person_id, token_id) = 1);
CREATE INDEX sessions_token_idx ON sessions (account_id, token_id);
GRANT SELECT (token_id, hash) ON sessions TO orgmap_operator;

-- The time of a token's last use is written at most once an hour.
ALTER TABLE api_tokens ADD COLUMN last_used_at timestamptz;
GRANT UPDATE (last_used_at) ON api_tokens TO orgmap_operator;

-- bearers returns the holder of each hash, which may be that of a token, or of a session of a person or a token. unnoted means that
-- the stored last use of the token is missing or more than an hour old.
DROP FUNCTION bearers(bytea[]);
CREATE FUNCTION bearers(hashes bytea[])
    RETURNS TABLE (hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid, unnoted boolean)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    opened uuid; -- the account that was read last
    person uuid; -- whose session it is
    token uuid;
    setting text;
BEGIN
    FOREACH hash IN ARRAY hashes LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT t.account_id, t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour'
        INTO account_id, id, name, role, unnoted FROM api_tokens AS t
        WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF NOT FOUND THEN
            SELECT s.account_id, s.person_id, s.token_id INTO account_id, person, token FROM sessions AS s
            WHERE s.hash = bearers.hash AND s.expires_at > now();
            CONTINUE WHEN NOT FOUND;
            setting := set_config('app.account_id', account_id::text, true);
            IF person IS NOT NULL THEN
                SELECT p.id, p.name, p.role, false INTO id, name, role, unnoted FROM people AS p
                WHERE p.account_id = bearers.account_id AND p.id = person AND p.blocked_at IS NULL
                    AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
            ELSE
                SELECT t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour'
                INTO id, name, role, unnoted FROM api_tokens AS t
                WHERE t.account_id = bearers.account_id AND t.id = token
                    AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
            END IF;
            setting := set_config('app.account_id', '', true);
            CONTINUE WHEN NOT FOUND;
        END IF;
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

-- The hash of a session no longer gives access to its person's row.
DROP POLICY bearer ON people;
