-- Who signed in and out, and what changed about people, roles, tokens and sessions. Triggers record each event in the transaction
-- that causes it. Nothing else can write events: the serving roles only read them, and only prune_audit_events deletes them.
CREATE TABLE audit_events (
    account_id    uuid        NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    id            uuid        NOT NULL DEFAULT gen_random_uuid(),
    kind          text        NOT NULL,
    actor_kind    text        NOT NULL,
    actor_id      uuid,
    actor_name    text        NOT NULL, -- as it was then
    subject_kind  text        NOT NULL,
    subject_id    uuid        NOT NULL,
    subject_name  text        NOT NULL, -- as it was then
    previous_role text,
    role          text,
    failure       text,
    CONSTRAINT audit_events_pkey PRIMARY KEY (account_id, at, id),
    CONSTRAINT audit_events_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT audit_events_kind_check CHECK (kind IN ('SIGNED_IN', 'SIGNED_OUT', 'SIGN_IN_FAILED', 'SESSION_ENDED', 'PERSON_ADDED',
        'PERSON_BLOCKED', 'PERSON_UNBLOCKED', 'ROLE_CHANGED', 'TOKEN_CREATED', 'TOKEN_REVOKED')),
    CONSTRAINT audit_events_actor_check CHECK (actor_kind IN ('PERSON', 'TOKEN', 'SYSTEM') AND (actor_kind = 'SYSTEM') = (actor_id IS NULL)),
    CONSTRAINT audit_events_subject_check CHECK (subject_kind IN ('PERSON', 'TOKEN')),
    CONSTRAINT audit_events_failure_check CHECK (failure IN ('BLOCKED', 'MOVED') AND kind = 'SIGN_IN_FAILED' OR failure IS NULL AND kind <> 'SIGN_IN_FAILED')
);
CREATE INDEX audit_events_at_idx ON audit_events (at);
CREATE INDEX audit_events_failed_idx ON audit_events (account_id, subject_id, at) WHERE kind = 'SIGN_IN_FAILED';

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON audit_events USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY operator ON audit_events TO orgmap_operator USING (true) WITH CHECK (true);
GRANT SELECT ON audit_events TO orgmap_app, orgmap_operator;

-- The functions below run as the owner of the schema, who is a member of orgmap_operator.

-- audit_session records that a session was opened, or ended before it expired.
CREATE FUNCTION audit_session() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    session sessions;
    event audit_events;
    moved boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        session := NEW;
    ELSE
        session := OLD;
    END IF;
    IF session.expires_at <= now() THEN
        RETURN NULL;
    END IF;
    IF session.person_id IS NOT NULL THEN
        event.subject_kind := 'PERSON';
        SELECT p.id, p.name, coalesce(p.moved_at > p.claimed_at, false) INTO event.subject_id, event.subject_name, moved
        FROM people AS p WHERE p.account_id = session.account_id AND p.id = session.person_id;
    ELSE
        event.subject_kind := 'TOKEN';
        SELECT t.id, t.name, false INTO event.subject_id, event.subject_name, moved
        FROM api_tokens AS t WHERE t.account_id = session.account_id AND t.id = session.token_id;
    END IF;
    IF NOT FOUND THEN -- it goes with its holder
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND moved THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name)
        VALUES (session.account_id, 'SESSION_ENDED', 'SYSTEM', 'Identity provider', event.subject_kind, event.subject_id, event.subject_name);
    ELSE
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name)
        VALUES (session.account_id, CASE TG_OP WHEN 'INSERT' THEN 'SIGNED_IN' ELSE 'SIGNED_OUT' END,
            event.subject_kind, event.subject_id, event.subject_name, event.subject_kind, event.subject_id, event.subject_name);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_audit AFTER INSERT OR DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION audit_session();

-- audit_person records that the identity provider named a person for the first time or gave them another role, and that an operator
-- blocked or unblocked them.
CREATE FUNCTION audit_person() RETURNS trigger
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
CREATE TRIGGER people_audit_insert AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION audit_person();
CREATE TRIGGER people_audit_update AFTER UPDATE ON people FOR EACH ROW
    WHEN (NEW.role <> OLD.role OR (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL)) EXECUTE FUNCTION audit_person();

-- audit_token records that an operator created or revoked a token.
CREATE FUNCTION audit_token() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name, role)
    VALUES (NEW.account_id, CASE TG_OP WHEN 'INSERT' THEN 'TOKEN_CREATED' ELSE 'TOKEN_REVOKED' END,
        'SYSTEM', 'Operator', 'TOKEN', NEW.id, NEW.name, NEW.role);
    RETURN NULL;
END
$$;
CREATE TRIGGER api_tokens_audit_insert AFTER INSERT ON api_tokens FOR EACH ROW EXECUTE FUNCTION audit_token();
CREATE TRIGGER api_tokens_audit_update AFTER UPDATE ON api_tokens FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION audit_token();

-- audit_failed_sign_in records that a person without access tried to sign in, at most once in ten minutes, because they can try as
-- often as they like. It records nothing about anyone else.
CREATE FUNCTION audit_failed_sign_in(account uuid, person uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    called text;
    reason text;
BEGIN
    SELECT p.name, CASE WHEN p.blocked_at IS NOT NULL THEN 'BLOCKED' WHEN p.moved_at > p.claimed_at THEN 'MOVED' END INTO called, reason
    FROM people AS p WHERE p.account_id = account AND p.id = person FOR NO KEY UPDATE; -- one after the other
    IF reason IS NULL OR EXISTS (SELECT FROM audit_events AS e WHERE e.account_id = account AND e.subject_id = person
            AND e.kind = 'SIGN_IN_FAILED' AND e.at > now() - interval '10 minutes') THEN
        RETURN;
    END IF;
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, failure)
    VALUES (account, 'SIGN_IN_FAILED', 'PERSON', person, called, 'PERSON', person, called, reason);
END
$$;

-- prune_audit_events deletes up to 5,000 events older than 400 days, oldest first, and returns how many.
CREATE FUNCTION prune_audit_events() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH pruned AS (
            DELETE FROM audit_events WHERE (account_id, at, id) IN (
                SELECT e.account_id, e.at, e.id FROM audit_events AS e WHERE e.at < now() - interval '400 days' ORDER BY e.at LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $$;

REVOKE EXECUTE ON FUNCTION audit_session(), audit_person(), audit_token(), audit_failed_sign_in(uuid, uuid), prune_audit_events() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_failed_sign_in(uuid, uuid), prune_audit_events() TO orgmap_app;
