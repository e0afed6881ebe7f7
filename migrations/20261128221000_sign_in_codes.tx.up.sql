-- Codes of sign-in links. Each opens one session of its token within a few minutes. The statement that redeems a code deletes it.
CREATE TABLE sign_in_codes (
    account_id uuid        NOT NULL,
    token_id   uuid        NOT NULL, -- whose session it opens
    hash       bytea       NOT NULL, -- SHA-256 of the code, which is not stored
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_in_codes_pkey PRIMARY KEY (hash),
    CONSTRAINT sign_in_codes_token_fkey FOREIGN KEY (account_id, token_id) REFERENCES api_tokens (account_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_in_codes_expires_at_idx ON sign_in_codes (expires_at);
CREATE INDEX sign_in_codes_token_idx ON sign_in_codes (account_id, token_id);

ALTER TABLE sign_in_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON sign_in_codes USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY bearer ON sign_in_codes FOR SELECT TO orgmap_app USING (hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex'));
CREATE POLICY operator ON sign_in_codes TO orgmap_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON sign_in_codes TO orgmap_app, orgmap_operator;

-- code_holders returns who the codes with the given hashes would sign in, without invalid codes. It has no extra rights: the hash
-- gives access to the code's row, and that row names the account to open for the token.
CREATE FUNCTION code_holders(hashes bytea[]) RETURNS TABLE (hash bytea, account_id uuid, id uuid, name text, role text)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    token uuid;
    setting text;
BEGIN
    FOREACH hash IN ARRAY hashes LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT c.account_id, c.token_id INTO account_id, token FROM sign_in_codes AS c
        WHERE c.hash = code_holders.hash AND c.expires_at > now();
        CONTINUE WHEN NOT FOUND;
        setting := set_config('app.account_id', account_id::text, true);
        SELECT t.id, t.name, t.role INTO id, name, role FROM api_tokens AS t
        WHERE t.account_id = code_holders.account_id AND t.id = token
            AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF FOUND THEN
            RETURN NEXT;
        END IF;
        setting := set_config('app.account_id', '', true);
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$$;
REVOKE EXECUTE ON FUNCTION code_holders(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION code_holders(bytea[]) TO orgmap_app;

-- prune_sign_in_codes deletes up to 5,000 expired codes and returns how many. It runs as the owner of the schema, who is a member
-- of orgmap_operator.
CREATE FUNCTION prune_sign_in_codes() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH pruned AS (
            DELETE FROM sign_in_codes WHERE hash IN (SELECT c.hash FROM sign_in_codes AS c WHERE c.expires_at <= now() LIMIT 5000) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $$;
REVOKE EXECUTE ON FUNCTION prune_sign_in_codes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_sign_in_codes() TO orgmap_app, orgmap_operator;
