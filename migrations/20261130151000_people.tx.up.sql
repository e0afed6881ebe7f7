-- People who are added before they sign in, roles that admins assign, who creates API tokens, and the account's time zone.
-- See docs/decisions/0048-people-and-groups.md.

-- A person who was added and has not signed in has no issuer, subject, claims and role of the identity provider.
ALTER TABLE people
    ALTER COLUMN issuer DROP NOT NULL,
    ALTER COLUMN subject DROP NOT NULL,
    ALTER COLUMN role DROP NOT NULL,
    ALTER COLUMN claimed_at DROP NOT NULL,
    ADD COLUMN folded        text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN email         text, -- in lower case; that of the issuer if the issuer has verified it
    ADD COLUMN assigned_role text, -- instead of the issuer's
    ADD COLUMN merged_into   uuid, -- the person that this one turned out to be
    ADD CONSTRAINT people_signed_in_check CHECK (num_nulls(issuer, subject, role, claimed_at) IN (0, 4)),
    ADD CONSTRAINT people_email_check CHECK (email <> '' AND length(email) <= 254),
    ADD CONSTRAINT people_assigned_role_check CHECK (assigned_role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    ADD CONSTRAINT people_merged_fkey FOREIGN KEY (account_id, merged_into) REFERENCES people (account_id, id);
CREATE UNIQUE INDEX people_added_email_key ON people (account_id, email) WHERE issuer IS NULL AND merged_into IS NULL;
CREATE INDEX people_folded_idx ON people (account_id, folded, id) WHERE merged_into IS NULL;
GRANT UPDATE (issuer, subject, folded, email, assigned_role, merged_into) ON people TO orgmap_app;

ALTER TABLE api_tokens ADD COLUMN creator_kind text, ADD COLUMN creator_id uuid, ADD COLUMN creator_name text; -- NULL: an operator, or an older version

ALTER TABLE accounts
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
    ADD CONSTRAINT accounts_time_zone_check CHECK (time_zone <> '' AND length(time_zone) <= 100);
GRANT UPDATE (name, time_zone) ON accounts TO orgmap_app;

-- acting returns who changes people and tokens: the actor that a request has named for its transaction, else the system
-- under the given name.
CREATE FUNCTION acting(otherwise text, OUT kind text, OUT id uuid, OUT name text)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    named jsonb := nullif(current_setting('app.actor', true), '')::jsonb;
BEGIN
    kind := coalesce(named ->> 'kind', 'SYSTEM');
    id := (named ->> 'id')::uuid;
    name := coalesce(named ->> 'name', otherwise);
END
$$;

-- audit_person records that a person was added, got another role, was blocked or unblocked, and by whom.
CREATE OR REPLACE FUNCTION audit_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    role     text := coalesce(NEW.assigned_role, NEW.role);
    previous text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, role)
        SELECT NEW.account_id, 'PERSON_ADDED', a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name, role FROM acting('Identity provider') AS a;
        RETURN NULL;
    END IF;
    previous := coalesce(OLD.assigned_role, OLD.role);
    IF role IS DISTINCT FROM previous THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, previous_role, role)
        SELECT NEW.account_id, 'ROLE_CHANGED', a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name, previous, role FROM acting('Identity provider') AS a;
    END IF;
    IF (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL) THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name)
        SELECT NEW.account_id, CASE WHEN NEW.blocked_at IS NULL THEN 'PERSON_UNBLOCKED' ELSE 'PERSON_BLOCKED' END,
            a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name FROM acting('Operator') AS a;
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER people_audit_update ON people;
CREATE TRIGGER people_audit_update AFTER UPDATE ON people FOR EACH ROW
    WHEN (coalesce(NEW.assigned_role, NEW.role) IS DISTINCT FROM coalesce(OLD.assigned_role, OLD.role) OR (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL))
    EXECUTE FUNCTION audit_person();

-- audit_token records that a token was created or revoked, and by whom.
CREATE OR REPLACE FUNCTION audit_token() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, role)
    SELECT NEW.account_id, CASE TG_OP WHEN 'INSERT' THEN 'TOKEN_CREATED' ELSE 'TOKEN_REVOKED' END, a.kind, a.id, a.name, 'TOKEN', NEW.id, NEW.name, NEW.role
    FROM acting('Operator') AS a;
    RETURN NULL;
END
$$;

-- ------------------------------------------------------------------ roles that admins assign
CREATE OR REPLACE FUNCTION bearers(hashes bytea[])
 RETURNS TABLE(hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid, unnoted boolean, kind text)
 LANGUAGE plpgsql
 STABLE
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
        SELECT t.account_id, t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour', 'TOKEN'
        INTO account_id, id, name, role, unnoted, kind FROM api_tokens AS t
        WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF NOT FOUND THEN
            SELECT s.account_id, s.person_id, s.token_id INTO account_id, person, token FROM sessions AS s
            WHERE s.hash = bearers.hash AND s.expires_at > now();
            CONTINUE WHEN NOT FOUND;
            setting := set_config('app.account_id', account_id::text, true);
            IF person IS NOT NULL THEN
                SELECT p.id, p.name, coalesce(p.assigned_role, p.role), false, 'PERSON' INTO id, name, role, unnoted, kind FROM people AS p
                WHERE p.account_id = bearers.account_id AND p.id = person AND p.blocked_at IS NULL
                    AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
            ELSE
                SELECT t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour', 'TOKEN'
                INTO id, name, role, unnoted, kind FROM api_tokens AS t
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

CREATE OR REPLACE FUNCTION active_people(accounts uuid[], people uuid[])
 RETURNS TABLE(account_id uuid, id uuid, name text, role text)
 LANGUAGE plpgsql
 STABLE
AS $$
DECLARE
    setting text;
BEGIN
    FOR account_id, id IN SELECT * FROM unnest(accounts, people) LOOP
        setting := set_config('app.account_id', account_id::text, true);
        SELECT p.name, coalesce(p.assigned_role, p.role) INTO name, role FROM people AS p
            WHERE p.account_id = active_people.account_id AND p.id = active_people.id
                AND p.blocked_at IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;

-- ------------------------------------------------------------------ the last admin
-- is_admin reports whether a person can act as an admin now.
CREATE FUNCTION is_admin(person people) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN coalesce(person.assigned_role, person.role) = 'ADMIN' AND person.blocked_at IS NULL AND person.merged_into IS NULL
        AND person.claimed_at IS NOT NULL AND (person.moved_at IS NULL OR person.moved_at <= person.claimed_at);

-- keep_an_admin refuses to block the last admin of an account, or to assign another role to them. Operators may, and what
-- the identity provider says always counts.
CREATE FUNCTION keep_an_admin() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user = 'orgmap_operator' OR NOT is_admin(OLD) OR is_admin(NEW) THEN
        RETURN NULL;
    END IF;
    PERFORM FROM accounts AS a WHERE a.id = NEW.account_id FOR NO KEY UPDATE; -- two admins cannot block each other
    IF NOT EXISTS (SELECT FROM people AS p WHERE p.account_id = NEW.account_id AND p.id <> NEW.id AND is_admin(p)) THEN
        RAISE EXCEPTION 'the account would have no admin left' USING ERRCODE = 'check_violation', CONSTRAINT = 'people_last_admin';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER people_keep_an_admin AFTER UPDATE OF assigned_role, blocked_at ON people FOR EACH ROW
    WHEN (NEW.assigned_role IS DISTINCT FROM OLD.assigned_role OR NEW.blocked_at IS DISTINCT FROM OLD.blocked_at) EXECUTE FUNCTION keep_an_admin();

-- keep_an_admin_token refuses to revoke the last admin token of an account that no person administers.
CREATE FUNCTION keep_an_admin_token() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user = 'orgmap_operator' OR OLD.role <> 'ADMIN' OR OLD.expires_at <= now() THEN
        RETURN NULL;
    END IF;
    PERFORM FROM accounts AS a WHERE a.id = NEW.account_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM people AS p WHERE p.account_id = NEW.account_id AND is_admin(p))
        AND NOT EXISTS (SELECT FROM api_tokens AS t WHERE t.account_id = NEW.account_id AND t.id <> NEW.id AND t.role = 'ADMIN'
            AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())) THEN
        RAISE EXCEPTION 'the account would have no admin left' USING ERRCODE = 'check_violation', CONSTRAINT = 'api_tokens_last_admin';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER api_tokens_keep_an_admin AFTER UPDATE OF revoked_at ON api_tokens FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION keep_an_admin_token();

-- ------------------------------------------------------------------ what the serving role may do to people and tokens
-- These work in the caller's own account only, and for the actor that the transaction names. The serving role has no other
-- way to create or revoke a token, or to block or unblock a person: it can neither bring back a revoked token nor change
-- what one may do.

-- role_of_actor returns the role that the transaction's actor has by now; NULL: none.
CREATE FUNCTION role_of_actor() RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT CASE a.kind
            WHEN 'PERSON' THEN (SELECT coalesce(p.assigned_role, p.role) FROM people AS p WHERE p.account_id = current_account_id() AND p.id = a.id
                AND p.blocked_at IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at))
            WHEN 'TOKEN' THEN (SELECT t.role FROM api_tokens AS t WHERE t.account_id = current_account_id() AND t.id = a.id
                AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()))
            END FROM acting('') AS a;
    END;

-- create_api_token creates a token and reports whether it did: the actor must be an admin, and nobody can give more than
-- they have.
CREATE FUNCTION create_api_token(token uuid, called text, given text, hash bytea, expires_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    own text := role_of_actor();
BEGIN
    IF own IS DISTINCT FROM 'ADMIN' OR role_rank(given) > role_rank(own) THEN
        RETURN false;
    END IF;
    INSERT INTO api_tokens (account_id, id, name, role, hash, expires_at, creator_kind, creator_id, creator_name)
    SELECT current_account_id(), token, called, given, create_api_token.hash, create_api_token.expires_at, a.kind, a.id, a.name FROM acting('') AS a;
    RETURN true;
END
$$;

-- revoke_api_token revokes a token and reports whether it was valid before.
CREATE FUNCTION revoke_api_token(token uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE api_tokens AS t SET revoked_at = now()
    WHERE t.account_id = current_account_id() AND t.id = token AND t.revoked_at IS NULL AND role_of_actor() = 'ADMIN';
    RETURN FOUND;
END
$$;

-- block_person blocks or unblocks a person and reports whether that changed anything.
CREATE FUNCTION block_person(person uuid, blocked boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE people AS p SET blocked_at = CASE WHEN blocked THEN now() END
    WHERE p.account_id = current_account_id() AND p.id = person AND (p.blocked_at IS NOT NULL) <> blocked AND role_of_actor() = 'ADMIN';
    RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION forget_person(account uuid, person uuid, replacement text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $$
DECLARE
    known   text;
    target  record;
    changed bigint;
    total   bigint := 0;
BEGIN
    PERFORM set_config('app.account_id', account::text, true);
    SELECT p.name INTO known FROM people AS p WHERE p.account_id = account AND p.id = person;
    FOR target IN SELECT * FROM (VALUES
        ('people', 'name', 'id'), ('journal', 'actor', 'actor_id'), ('mappings', 'created_by', 'creator_id'), ('past_mappings', 'created_by', 'creator_id'),
        ('refresh_runs', 'requested_by', 'requester_id'), ('exclusions', 'actor_name', 'actor_id'), ('past_exclusions', 'actor_name', 'actor_id'),
        ('rejections', 'actor_name', 'actor_id'), ('past_rejections', 'actor_name', 'actor_id'), ('past_integrations', 'actor_name', 'actor_id'),
        ('audit_events', 'actor_name', 'actor_id'), ('audit_events', 'subject_name', 'subject_id'), ('api_tokens', 'creator_name', 'creator_id')
    ) AS t (held, name, id)
    LOOP
        EXECUTE format('UPDATE %I SET %I = $3 WHERE account_id = $1 AND (%I = $2 OR %I IS NULL AND %I = $4) AND %I <> $3',
            target.held, target.name, target.id, target.id, target.name, target.name) USING account, person, replacement, known;
        GET DIAGNOSTICS changed = ROW_COUNT;
        total := total + changed;
    END LOOP;
    UPDATE aliases AS a SET created_by = replacement WHERE a.account_id = account AND a.created_by = known;
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    UPDATE people AS p SET email = NULL, folded = lower(replacement) WHERE p.account_id = account AND p.id = person;
    -- Edits name people as what they are about, as the value of a field, and as the authors of decisions.
    UPDATE journal AS j SET edits = regexp_replace(regexp_replace(j.edits::text,
            '"id":"' || person || '","name":"([^"\\]|\\.)*"', '"id":"' || person || '","name":' || to_json(replacement)::text, 'g'),
            '"(before|after)":"(?:[^"\\]|\\.)*","(before|after)Id":"' || person || '"', '"\1":' || to_json(replacement)::text || ',"\2Id":"' || person || '"', 'g')::json
    WHERE j.account_id = account AND j.edits::text LIKE '%d":"' || person || '"%';
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    UPDATE journal AS j SET edits = regexp_replace(j.edits::text, '"Name":"([^"\\]|\\.)*","ID":"' || person || '"', '"Name":' || to_json(replacement)::text || ',"ID":"' || person || '"', 'g')::json
    WHERE j.account_id = account AND j.edits::text LIKE '%"ID":"' || person || '"%';
    GET DIAGNOSTICS changed = ROW_COUNT;
    UPDATE accounts AS a SET history_position = a.history_position WHERE a.id = account;
    RETURN total + changed;
END
$$;

CREATE OR REPLACE FUNCTION settle_person(issuer text, subject text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
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
        ), listed AS ( -- cached lists of people are outdated
            UPDATE accounts AS a SET history_position = a.history_position FROM moved WHERE a.id = moved.account_id
        )
        DELETE FROM sessions AS s USING moved WHERE (s.account_id, s.person_id) = (moved.account_id, moved.id)
    $$;

REVOKE EXECUTE ON FUNCTION acting(text), is_admin(people), role_of_actor(), create_api_token(uuid, text, text, bytea, timestamptz), revoke_api_token(uuid),
    block_person(uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_admin(people), create_api_token(uuid, text, text, bytea, timestamptz), revoke_api_token(uuid),
    block_person(uuid, boolean) TO orgmap_app;
GRANT EXECUTE ON FUNCTION is_admin(people) TO orgmap_operator;
