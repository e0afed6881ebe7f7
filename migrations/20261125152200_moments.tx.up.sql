-- The version of an account's data, returned by the statements that every request begins with. Each takes one round trip. Its
-- inner statements are planned once per connection, and row-level security applies to the caller.
--
-- The version of an account consists of its journal's position and the transaction that last wrote the account's row. Every
-- write advances the position, except the operator's changes of the account, such as its limit.

-- open_account makes the account visible under row-level security until the transaction ends.
CREATE FUNCTION open_account(account uuid) RETURNS TABLE (journal_position bigint, written_by xid)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_config('app.account_id', account::text, true);
    RETURN QUERY SELECT a.journal_position, a.xmin FROM accounts AS a WHERE a.id = account;
END
$$;

-- bearers returns the holders of the tokens with the given hashes, without invalid tokens.
CREATE FUNCTION bearers(hashes bytea[])
    RETURNS TABLE (hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid)
    LANGUAGE plpgsql
    AS $$
DECLARE
    sought bytea;
    holder record;
BEGIN
    FOREACH sought IN ARRAY hashes LOOP
        PERFORM set_config('app.token_hash', encode(sought, 'hex'), true);
        SELECT t.account_id, t.id, t.name, t.role INTO holder FROM api_tokens AS t
        WHERE t.hash = sought AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF FOUND THEN
            RETURN QUERY SELECT sought, holder.account_id, holder.id, holder.name, holder.role, opened.journal_position, opened.written_by
                FROM open_account(holder.account_id) AS opened;
            PERFORM set_config('app.account_id', '', true);
        END IF;
    END LOOP;
    PERFORM set_config('app.token_hash', '', true);
END
$$;

REVOKE EXECUTE ON FUNCTION open_account(uuid), bearers(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_account(uuid), bearers(bytea[]) TO orgmap_app;
