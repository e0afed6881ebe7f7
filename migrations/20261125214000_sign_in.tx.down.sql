CREATE OR REPLACE FUNCTION bearers(hashes bytea[])
    RETURNS TABLE (hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid)
    LANGUAGE plpgsql VOLATILE
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
