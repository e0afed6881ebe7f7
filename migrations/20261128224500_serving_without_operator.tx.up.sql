-- The serving login can no longer become orgmap_operator, which sees every account. For each thing that serving needs across
-- accounts, there is a function that does only that.

-- ------------------------------------------------------------------ of several accounts, one after the other
-- These have no extra rights: they open each account as a request does. They process keys in order, so that two servers that write
-- the same rows cannot deadlock.

-- journal_heads returns the journal position of each account.
CREATE FUNCTION journal_heads(accounts uuid[]) RETURNS TABLE (account_id uuid, journal_position bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        SELECT a.journal_position INTO journal_position FROM accounts AS a WHERE a.id = journal_heads.account_id;
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;

-- run_sequences returns the sequence of each run of the accounts that has not ended, or ended within the last minute.
CREATE FUNCTION run_sequences(accounts uuid[]) RETURNS TABLE (account_id uuid, id uuid, sequence bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        RETURN QUERY SELECT r.account_id, r.id, r.sequence FROM refresh_runs AS r
            WHERE r.account_id = run_sequences.account_id
                AND (r.state IN ('QUEUED', 'RUNNING') OR r.updated_at > now() - interval '1 minute');
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;

-- active_people returns the current actors of people. The lists of accounts and people have the same order. People who are blocked
-- or have moved to another account are left out.
CREATE FUNCTION active_people(accounts uuid[], people uuid[]) RETURNS TABLE (account_id uuid, id uuid, name text, role text)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    setting text;
BEGIN
    FOR account_id, id IN SELECT * FROM unnest(accounts, people) LOOP
        setting := set_config('app.account_id', account_id::text, true);
        SELECT p.name, p.role INTO name, role FROM people AS p
            WHERE p.account_id = active_people.account_id AND p.id = active_people.id
                AND p.blocked_at IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;

-- note_token_uses records the use of tokens, unless a use was recorded within the last hour. The lists of accounts and tokens have
-- the same order.
CREATE FUNCTION note_token_uses(accounts uuid[], tokens uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    setting text;
    used record;
BEGIN
    FOR used IN SELECT * FROM unnest(accounts, tokens) AS u (account_id, id) ORDER BY u.account_id, u.id LOOP
        setting := set_config('app.account_id', used.account_id::text, true);
        UPDATE api_tokens AS t SET last_used_at = now() WHERE t.account_id = used.account_id AND t.id = used.id
            AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour');
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;
GRANT UPDATE (last_used_at) ON api_tokens TO orgmap_app;

-- close_sessions ends the sessions with the given hashes, which give access to them, and returns the sessions that existed.
CREATE FUNCTION close_sessions(hashes bytea[]) RETURNS TABLE (hash bytea, account_id uuid, person_id uuid, token_id uuid)
    LANGUAGE plpgsql
    AS $$
DECLARE
    setting text;
BEGIN
    FOR hash IN SELECT * FROM unnest(hashes) AS h ORDER BY h LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT s.account_id INTO account_id FROM sessions AS s WHERE s.hash = close_sessions.hash;
        CONTINUE WHEN NOT FOUND;
        setting := set_config('app.account_id', account_id::text, true);
        DELETE FROM sessions AS s WHERE s.account_id = close_sessions.account_id AND s.hash = close_sessions.hash
            RETURNING s.person_id, s.token_id INTO person_id, token_id;
        setting := set_config('app.account_id', '', true);
        CONTINUE WHEN NOT FOUND; -- another server was faster
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$$;

-- A sign-in attempt belongs to no account. It can be used once, and never become unused again.
GRANT INSERT, SELECT (hash) ON sign_in_attempts TO orgmap_app;

-- ------------------------------------------------------------------ over all accounts
-- These run as the owner of the schema, who is a member of orgmap_operator and sees what its policies show. They return only IDs,
-- states and counts, change only what has expired, and have no arguments that could widen that.

-- due_integrations returns integrations that are due for a refresh, longest overdue first. The rest is returned by the next call.
CREATE FUNCTION due_integrations() RETURNS TABLE (account_id uuid, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT i.account_id, i.id FROM integrations AS i WHERE i.state = 'CONNECTED' AND i.next_refresh_at <= now()
        ORDER BY i.next_refresh_at LIMIT 100
    $$;

-- suspect_runs returns runs that may have lost their worker: those with an expired lease, and those queued for a long time.
CREATE FUNCTION suspect_runs() RETURNS TABLE (account_id uuid, id uuid, attempt integer, state text, job_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT r.account_id, r.id, r.attempt, r.state, r.job_id FROM refresh_runs AS r
        WHERE (r.state = 'RUNNING' AND r.lease_until < now())
           OR (r.state = 'QUEUED' AND r.updated_at < now() - interval '30 seconds')
    $$;

-- living_runs counts the runs that have not ended, by state.
CREATE FUNCTION living_runs() RETURNS TABLE (state text, runs bigint, oldest double precision, without_worker bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT r.state, count(*), extract(epoch FROM now() - min(r.queued_at))::double precision, count(*) FILTER (WHERE r.lease_until < now())
        FROM refresh_runs AS r WHERE r.state IN ('QUEUED', 'RUNNING') GROUP BY r.state
    $$;

-- journal_positions returns the journal positions of all accounts, to find out which journals grow.
CREATE FUNCTION journal_positions() RETURNS TABLE (id uuid, journal_position bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.id, a.journal_position FROM accounts AS a $$;

-- settle_person marks a person as moved in every account but the one in the issuer's latest claims, and ends their sessions there.
CREATE FUNCTION settle_person(issuer text, subject text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH words AS (
            SELECT p.account_id, p.id, p.claimed_at FROM people AS p
            WHERE p.issuer = settle_person.issuer AND p.subject = settle_person.subject ORDER BY p.account_id FOR UPDATE
        ), newest AS (
            SELECT max(claimed_at) AS at FROM words
        ), moved AS (
            UPDATE people AS p SET moved_at = newest.at FROM words, newest
            WHERE (p.account_id, p.id) = (words.account_id, words.id) AND words.claimed_at < newest.at AND p.moved_at IS DISTINCT FROM newest.at
            RETURNING p.account_id, p.id
        )
        DELETE FROM sessions AS s USING moved WHERE (s.account_id, s.person_id) = (moved.account_id, moved.id)
    $$;

-- prune_journal deletes up to 5,000 changes older than 30 days, oldest first, and returns how many.
CREATE FUNCTION prune_journal() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH pruned AS (
            DELETE FROM journal WHERE (account_id, position) IN (
                SELECT j.account_id, j.position FROM journal AS j WHERE j.at < now() - interval '30 days' ORDER BY j.at, j.position LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $$;

-- prune_idempotency_keys deletes up to 5,000 expired responses and returns how many.
CREATE FUNCTION prune_idempotency_keys() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH pruned AS (
            DELETE FROM idempotency_keys WHERE (account_id, operation, key) IN (
                SELECT k.account_id, k.operation, k.key FROM idempotency_keys AS k WHERE k.expires_at <= now() LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $$;

-- prune_sign_ins deletes up to 5,000 expired sessions and 5,000 expired sign-in attempts, and returns how many.
CREATE FUNCTION prune_sign_ins() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH ended AS (
            DELETE FROM sessions WHERE (account_id, id) IN (SELECT s.account_id, s.id FROM sessions AS s WHERE s.expires_at <= now() LIMIT 5000) RETURNING 1
        ), forgotten AS (
            DELETE FROM sign_in_attempts WHERE hash IN (SELECT a.hash FROM sign_in_attempts AS a WHERE a.expires_at <= now() LIMIT 5000) RETURNING 1
        )
        SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM forgotten)
    $$;

DO $$
DECLARE
    own text;
BEGIN
    FOREACH own IN ARRAY ARRAY[
        'journal_heads(uuid[])', 'run_sequences(uuid[])', 'active_people(uuid[], uuid[])', 'note_token_uses(uuid[], uuid[])', 'close_sessions(bytea[])',
        'due_integrations()', 'suspect_runs()', 'living_runs()', 'journal_positions()', 'settle_person(text, text)',
        'prune_journal()', 'prune_idempotency_keys()', 'prune_sign_ins()']
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO orgmap_app', own);
    END LOOP;
END
$$;
