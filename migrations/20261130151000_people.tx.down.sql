DROP TRIGGER api_tokens_keep_an_admin ON api_tokens;
DROP TRIGGER people_keep_an_admin ON people;
DROP FUNCTION keep_an_admin_token();
DROP FUNCTION keep_an_admin();
DROP FUNCTION is_admin(people);
DROP FUNCTION block_person(uuid, boolean);
DROP FUNCTION revoke_api_token(uuid);
DROP FUNCTION create_api_token(uuid, text, text, bytea, timestamptz);
DROP FUNCTION role_of_actor();
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
        )
        DELETE FROM sessions AS s USING moved WHERE (s.account_id, s.person_id) = (moved.account_id, moved.id)
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
        ('audit_events', 'actor_name', 'actor_id'), ('audit_events', 'subject_name', 'subject_id')
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
    -- Edits name the authors of decisions.
    UPDATE journal AS j SET edits = regexp_replace(j.edits::text, '"Name":"([^"\\]|\\.)*","ID":"' || person || '"', '"Name":' || to_json(replacement)::text || ',"ID":"' || person || '"', 'g')::json
    WHERE j.account_id = account AND j.edits::text LIKE '%"ID":"' || person || '"%';
    GET DIAGNOSTICS changed = ROW_COUNT;
    UPDATE accounts AS a SET history_position = a.history_position WHERE a.id = account;
    RETURN total + changed;
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
        SELECT p.name, p.role INTO name, role FROM people AS p
            WHERE p.account_id = active_people.account_id AND p.id = active_people.id
                AND p.blocked_at IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;

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
                SELECT p.id, p.name, p.role, false, 'PERSON' INTO id, name, role, unnoted, kind FROM people AS p
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

CREATE OR REPLACE FUNCTION audit_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name, role)
        VALUES (NEW.account_id, 'PERSON_ADDED', 'SYSTEM', 'Identity provider', 'PERSON', NEW.id, NEW.name, NEW.role);
        RETURN NULL;
    END IF;
    IF NEW.role <> OLD.role THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name, previous_role, role)
        VALUES (NEW.account_id, 'ROLE_CHANGED', 'SYSTEM', 'Identity provider', 'PERSON', NEW.id, NEW.name, OLD.role, NEW.role);
    END IF;
    IF (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL) THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name)
        VALUES (NEW.account_id, CASE WHEN NEW.blocked_at IS NULL THEN 'PERSON_UNBLOCKED' ELSE 'PERSON_BLOCKED' END,
            'SYSTEM', 'Operator', 'PERSON', NEW.id, NEW.name);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION audit_token() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name, role)
    VALUES (NEW.account_id, CASE TG_OP WHEN 'INSERT' THEN 'TOKEN_CREATED' ELSE 'TOKEN_REVOKED' END,
        'SYSTEM', 'Operator', 'TOKEN', NEW.id, NEW.name, NEW.role);
    RETURN NULL;
END
$$;

DROP TRIGGER people_audit_update ON people;
CREATE TRIGGER people_audit_update AFTER UPDATE ON people FOR EACH ROW
    WHEN (NEW.role <> OLD.role OR (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL)) EXECUTE FUNCTION audit_person();
DROP FUNCTION acting(text);
REVOKE UPDATE (name, time_zone) ON accounts FROM orgmap_app;
ALTER TABLE accounts DROP COLUMN time_zone;
ALTER TABLE api_tokens DROP COLUMN creator_kind, DROP COLUMN creator_id, DROP COLUMN creator_name;
-- Whoever has not signed in is unknown to older versions.
UPDATE organization_details AS d SET engineer_id = NULL FROM people AS p WHERE p.account_id = d.account_id AND p.id = d.engineer_id AND p.issuer IS NULL;
UPDATE organization_details AS d SET vcio_id = NULL FROM people AS p WHERE p.account_id = d.account_id AND p.id = d.vcio_id AND p.issuer IS NULL;
DELETE FROM people WHERE issuer IS NULL;
REVOKE UPDATE (issuer, subject, folded, email, assigned_role, merged_into) ON people FROM orgmap_app;
DROP INDEX people_folded_idx;
DROP INDEX people_added_email_key;
ALTER TABLE people
    DROP CONSTRAINT people_merged_fkey,
    DROP CONSTRAINT people_assigned_role_check,
    DROP CONSTRAINT people_email_check,
    DROP CONSTRAINT people_signed_in_check,
    DROP COLUMN merged_into,
    DROP COLUMN assigned_role,
    DROP COLUMN email,
    DROP COLUMN folded,
    ALTER COLUMN issuer SET NOT NULL,
    ALTER COLUMN subject SET NOT NULL,
    ALTER COLUMN role SET NOT NULL,
    ALTER COLUMN claimed_at SET NOT NULL;
