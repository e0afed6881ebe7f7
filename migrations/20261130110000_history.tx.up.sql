-- History: who did what is kept with names, can be undone, and every past state can be read. See docs/decisions/0047-history.md.

-- What a change did, as a list of edits with the names of that time. Rows of older versions have none.
ALTER TABLE journal
    ADD COLUMN actor_kind               text, -- NULL in rows of older versions
    ADD COLUMN actor_id                 uuid, -- NULL for the system, and in rows of older versions
    ADD COLUMN edits                    json,
    ADD COLUMN edit_count               integer NOT NULL DEFAULT 0,
    ADD COLUMN summary                  text,   -- what was done, as the end of a sentence that begins with the actor
    ADD COLUMN undoes                   bigint, -- the position of the change that this one undoes
    ADD COLUMN removed_organization_ids uuid[]  NOT NULL DEFAULT '{}',
    ADD CONSTRAINT journal_actor_check CHECK (actor_kind IN ('PERSON', 'TOKEN', 'SYSTEM') AND (actor_kind <> 'SYSTEM' OR actor_id IS NULL));
CREATE INDEX journal_account_at_idx ON journal (account_id, at);
CREATE INDEX journal_undoes_idx ON journal (account_id, undoes) WHERE undoes IS NOT NULL;
CREATE INDEX journal_action_idx ON journal (account_id, action, position);
CREATE INDEX journal_actor_idx ON journal (account_id, actor_id, position) WHERE actor_id IS NOT NULL;

-- Which changes concern an integration, or are decisions about an organization or external organization. Changes of
-- organizations and mappings are found by their intervals instead, so that saving them costs no rows here.
CREATE TABLE journal_subjects (
    account_id uuid   NOT NULL,
    subject_id uuid   NOT NULL,
    position   bigint NOT NULL,
    CONSTRAINT journal_subjects_pkey PRIMARY KEY (account_id, subject_id, position)
);
CREATE INDEX journal_subjects_position_idx ON journal_subjects (account_id, position);

-- When the account's history begins: snapshots reach back to this position, and to the time of its change.
ALTER TABLE accounts
    ADD COLUMN history_position bigint NOT NULL DEFAULT 0,
    ADD COLUMN history_at       timestamptz; -- NULL: when the account was created

-- An interval begins with the position of the change that made the row as it is. 0: before history began.
ALTER TABLE organizations ADD COLUMN since bigint NOT NULL DEFAULT 0;
ALTER TABLE organizations ALTER COLUMN since DROP DEFAULT;
ALTER TABLE mappings ADD COLUMN since bigint NOT NULL DEFAULT 0, ADD COLUMN creator_kind text, ADD COLUMN creator_id uuid;
ALTER TABLE mappings ALTER COLUMN since DROP DEFAULT;
ALTER TABLE refresh_runs ADD COLUMN requester_kind text, ADD COLUMN requester_id uuid;

-- What organizations were, from the change at since until before the one at until.
CREATE TABLE past_organizations (
    account_id uuid             NOT NULL,
    id         uuid             NOT NULL,
    since      bigint           NOT NULL,
    until      bigint           NOT NULL,
    name       text COLLATE "C" NOT NULL,
    folded     text COLLATE "C" NOT NULL,
    active     boolean          NOT NULL,
    created_at timestamptz      NOT NULL,
    CONSTRAINT past_organizations_pkey PRIMARY KEY (account_id, id, until)
);
CREATE INDEX past_organizations_folded_idx ON past_organizations (account_id, folded, id);

-- Mappings that ended.
CREATE TABLE past_mappings (
    account_id      uuid        NOT NULL,
    external_org_id uuid        NOT NULL,
    since           bigint      NOT NULL,
    until           bigint      NOT NULL,
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    integration_id  uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    origin          text        NOT NULL,
    created_by      text        NOT NULL,
    creator_kind    text,
    creator_id      uuid,
    external_name   text        NOT NULL, -- as it was at the end
    CONSTRAINT past_mappings_pkey PRIMARY KEY (account_id, external_org_id, until)
);
CREATE INDEX past_mappings_organization_idx ON past_mappings (account_id, organization_id, until) INCLUDE (since);

-- Exclusions and rejections that a mapping ended, with the position of its change.
CREATE TABLE past_exclusions (
    account_id      uuid        NOT NULL,
    position        bigint      NOT NULL,
    external_org_id uuid        NOT NULL,
    external_name   text        NOT NULL,
    reason          text        NOT NULL,
    note            text        NOT NULL,
    until           timestamptz,
    created_at      timestamptz NOT NULL,
    actor_kind      text        NOT NULL,
    actor_id        uuid,
    actor_name      text        NOT NULL,
    CONSTRAINT past_exclusions_pkey PRIMARY KEY (account_id, position, external_org_id)
);
CREATE TABLE past_rejections (
    account_id        uuid        NOT NULL,
    position          bigint      NOT NULL,
    id                uuid        NOT NULL,
    external_org_id   uuid        NOT NULL,
    organization_id   uuid        NOT NULL,
    external_name     text        NOT NULL,
    organization_name text        NOT NULL,
    created_at        timestamptz NOT NULL,
    actor_kind        text        NOT NULL,
    actor_id          uuid,
    actor_name        text        NOT NULL,
    CONSTRAINT past_rejections_pkey PRIMARY KEY (account_id, position, id)
);

-- Names that integrations and mapped external organizations had until the change at until.
CREATE TABLE past_names (
    account_id uuid   NOT NULL,
    subject_id uuid   NOT NULL,
    until      bigint NOT NULL,
    name       text   NOT NULL,
    CONSTRAINT past_names_pkey PRIMARY KEY (account_id, subject_id, until)
);
CREATE INDEX past_names_until_idx ON past_names (account_id, until);

-- Integrations that were disconnected. Until restorable_until, connecting the same application brings back their
-- external organizations and mappings; after that, the row remains for the names that history shows.
CREATE TABLE past_integrations (
    account_id       uuid        NOT NULL,
    id               uuid        NOT NULL,
    until            bigint      NOT NULL, -- the position of the change that disconnected it
    name             text        NOT NULL,
    application      text        NOT NULL,
    connected        text        NOT NULL, -- the application of its connection
    module_id        text,
    schedule         text        NOT NULL,
    created_at       timestamptz NOT NULL,
    disconnected_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    restorable_until timestamptz,          -- NULL: forgotten, or connected again
    mappings         integer     NOT NULL,
    actor_kind       text        NOT NULL,
    actor_id         uuid,
    actor_name       text        NOT NULL,
    CONSTRAINT past_integrations_pkey PRIMARY KEY (account_id, until, id)
);
CREATE INDEX past_integrations_restorable_idx ON past_integrations (restorable_until) WHERE restorable_until IS NOT NULL;

-- The external organizations of disconnected integrations.
CREATE TABLE past_external_orgs (
    account_id     uuid             NOT NULL,
    id             uuid             NOT NULL,
    integration_id uuid             NOT NULL,
    remote_id      text COLLATE "C" NOT NULL,
    name           text             NOT NULL,
    folded         text COLLATE "C" NOT NULL,
    match_name     text COLLATE "C",
    created_at     timestamptz      NOT NULL,
    CONSTRAINT past_external_orgs_pkey PRIMARY KEY (account_id, id)
);
CREATE INDEX past_external_orgs_integration_idx ON past_external_orgs (account_id, integration_id);

CREATE INDEX automatic_mappings_organization_idx ON automatic_mappings (account_id, organization_id);

DO $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['journal_subjects', 'past_organizations', 'past_mappings', 'past_exclusions', 'past_rejections', 'past_names', 'past_integrations', 'past_external_orgs']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format('CREATE POLICY account ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())', named);
        EXECUTE format('CREATE POLICY operator ON %I TO orgmap_operator USING (true) WITH CHECK (true)', named);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO orgmap_app', named);
        EXECUTE format('GRANT SELECT, DELETE ON %I TO orgmap_operator', named);
    END LOOP;
END
$$;
GRANT UPDATE (history_position, history_at) ON accounts TO orgmap_operator;
GRANT UPDATE (restorable_until) ON past_integrations TO orgmap_operator;
GRANT UPDATE (restorable_until) ON past_integrations TO orgmap_app;
GRANT DELETE ON past_external_orgs TO orgmap_app;
GRANT DELETE ON organizations TO orgmap_app;

-- next_position returns the position of the change that the transaction is about to append.
CREATE FUNCTION next_position(account uuid) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$ SELECT coalesce((SELECT a.journal_position + 1 FROM accounts AS a WHERE a.id = account), 0) $$;

-- begin_interval says since when a row is as it is, for writers that do not.
CREATE FUNCTION begin_interval() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.since := next_position(NEW.account_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER organizations_begin BEFORE INSERT ON organizations FOR EACH ROW WHEN (NEW.since IS NULL) EXECUTE FUNCTION begin_interval();
CREATE TRIGGER mappings_begin BEFORE INSERT ON mappings FOR EACH ROW WHEN (NEW.since IS NULL) EXECUTE FUNCTION begin_interval();

-- keep_organization keeps what an organization was before an update. A row that one transaction changes twice under
-- the same position was never seen in between.
CREATE FUNCTION keep_organization() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.since := next_position(NEW.account_id);
    IF OLD.since < NEW.since THEN
        INSERT INTO past_organizations (account_id, id, since, until, name, folded, active, created_at)
        VALUES (OLD.account_id, OLD.id, OLD.since, NEW.since, OLD.name, OLD.folded, OLD.active, OLD.created_at);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organizations_keep_update BEFORE UPDATE ON organizations FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION keep_organization();

-- keep_organizations keeps what deleted organizations were, and keep_mappings the mappings that ended.
CREATE FUNCTION keep_organizations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO past_organizations (account_id, id, since, until, name, folded, active, created_at)
    SELECT g.account_id, g.id, g.since, a.journal_position + 1, g.name, g.folded, g.active, g.created_at
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$$;
CREATE TRIGGER organizations_keep_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_organizations();

CREATE FUNCTION keep_mappings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO past_mappings (account_id, external_org_id, since, until, id, organization_id, integration_id, created_at, origin, created_by, creator_kind, creator_id, external_name)
    SELECT g.account_id, g.external_org_id, g.since, a.journal_position + 1, g.id, g.organization_id, g.integration_id,
        g.created_at, g.origin, g.created_by, g.creator_kind, g.creator_id, g.external_name
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$$;
CREATE TRIGGER mappings_keep AFTER DELETE ON mappings REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_mappings();

-- What a mapping contradicts becomes the past too, so that an undo can bring it back.
CREATE OR REPLACE FUNCTION end_decisions() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
BEGIN
    WITH gone AS (
        DELETE FROM exclusions AS e USING made WHERE e.account_id = made.account_id AND e.external_org_id = made.external_org_id RETURNING e.*
    )
    INSERT INTO past_exclusions (account_id, position, external_org_id, external_name, reason, note, until, created_at, actor_kind, actor_id, actor_name)
    SELECT g.account_id, next_position(g.account_id), g.external_org_id, g.external_name, g.reason, g.note, g.until, g.created_at, g.actor_kind, g.actor_id, g.actor_name FROM gone AS g
    ON CONFLICT DO NOTHING;
    WITH gone AS (
        DELETE FROM rejections AS r USING made
        WHERE r.account_id = made.account_id AND r.external_org_id = made.external_org_id AND r.organization_id = made.organization_id RETURNING r.*
    )
    INSERT INTO past_rejections (account_id, position, id, external_org_id, organization_id, external_name, organization_name, created_at, actor_kind, actor_id, actor_name)
    SELECT g.account_id, next_position(g.account_id), g.id, g.external_org_id, g.organization_id, g.external_name, g.organization_name, g.created_at, g.actor_kind, g.actor_id, g.actor_name FROM gone AS g
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- What older versions wrote is found by the organizations, external organizations and integrations that it names. Their
-- names at that time are not known.
INSERT INTO journal_subjects (account_id, subject_id, position)
SELECT j.account_id, s.id, j.position FROM journal AS j CROSS JOIN LATERAL (
    SELECT unnest(j.organization_ids || j.integration_ids || j.removed_integration_ids || j.external_org_ids)
    UNION
    SELECT (found #>> '{}')::uuid FROM jsonb_path_query(jsonb_build_array(j.before, j.after), 'lax $.**.externalOrgIds[*]') AS found WHERE j.kind = 'MAPPINGS'
    UNION
    SELECT (found #>> '{}')::uuid FROM jsonb_path_query(jsonb_build_array(j.before, j.after), 'lax $.**.integrationId') AS found WHERE j.kind = 'MAPPINGS'
) AS s (id);
UPDATE accounts AS a SET history_position = journal_position,
    history_at = coalesce((SELECT max(j.at) FROM journal AS j WHERE j.account_id = a.id), clock_timestamp()) WHERE journal_position > 0;

-- prune_journal deletes up to 1,000 changes older than the retention, oldest first, with the past that ended with them,
-- and returns how many. Nothing that clients may still resume from is deleted, whatever the caller says. It locks what
-- writers lock at the very end, to move the beginning of the accounts' history; that also makes cached responses outdated.
DROP FUNCTION prune_journal();
CREATE FUNCTION prune_journal(retention interval DEFAULT interval '25 months') RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    accounts_of  uuid[];
    positions_of bigint[];
    times_of     timestamptz[];
BEGIN
    SELECT array_agg(j.account_id), array_agg(j.position), array_agg(j.at) INTO accounts_of, positions_of, times_of
    FROM (SELECT o.account_id, o.position, o.at FROM journal AS o WHERE o.at < now() - greatest(retention, interval '30 days') ORDER BY o.at, o.position LIMIT 1000 FOR UPDATE SKIP LOCKED) AS j;
    IF accounts_of IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM past_mappings AS m USING unnest(accounts_of, positions_of) AS old (account_id, position), journal AS j
    WHERE j.account_id = old.account_id AND j.position = old.position
      AND m.account_id = j.account_id AND m.organization_id = ANY (j.organization_ids || j.removed_organization_ids) AND m.until = j.position;
    DELETE FROM past_organizations AS o USING unnest(accounts_of, positions_of) AS old (account_id, position), journal AS j
    WHERE j.account_id = old.account_id AND j.position = old.position
      AND o.account_id = j.account_id AND o.id = ANY (j.organization_ids || j.removed_organization_ids) AND o.until = j.position;
    DELETE FROM past_exclusions AS e USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE e.account_id = old.account_id AND e.position = old.position;
    DELETE FROM past_rejections AS r USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE r.account_id = old.account_id AND r.position = old.position;
    DELETE FROM past_names AS n USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE n.account_id = old.account_id AND n.until = old.position;
    DELETE FROM past_integrations AS i USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE i.account_id = old.account_id AND i.until = old.position;
    DELETE FROM journal_subjects AS s USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE s.account_id = old.account_id AND s.position = old.position;
    DELETE FROM journal AS j USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE j.account_id = old.account_id AND j.position = old.position;
    PERFORM FROM accounts AS a WHERE a.id = ANY (accounts_of) ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE accounts AS a SET history_position = greatest(a.history_position, old.position), history_at = greatest(a.history_at, old.at)
    FROM (SELECT o.account_id, max(o.position) AS position, max(o.at) AS at FROM unnest(accounts_of, positions_of, times_of) AS o (account_id, position, at) GROUP BY 1) AS old
    WHERE a.id = old.account_id;
    RETURN cardinality(accounts_of);
END
$$;

-- prune_disconnected deletes up to 5,000 external organizations of integrations that can no longer be brought back,
-- except those that history names, and returns how many.
CREATE FUNCTION prune_disconnected() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH ended AS (
            UPDATE past_integrations SET restorable_until = NULL WHERE restorable_until <= now() RETURNING account_id, id
        ), gone AS (
            DELETE FROM past_external_orgs WHERE (account_id, id) IN (
                SELECT x.account_id, x.id FROM past_external_orgs AS x
                WHERE NOT EXISTS (SELECT FROM past_integrations AS i WHERE i.account_id = x.account_id AND i.id = x.integration_id AND i.restorable_until > now())
                  AND NOT EXISTS (SELECT FROM past_mappings AS m WHERE m.account_id = x.account_id AND m.external_org_id = x.id)
                LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM gone
    $$;

-- forget_person replaces the name of a person in everything that the account keeps, and returns in how many rows. Rows of
-- older versions, which do not say whose name it is, are found by the name. The version of the account changes, so that
-- no cached response shows the name any more.
CREATE FUNCTION forget_person(account uuid, person uuid, replacement text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE EXECUTE ON FUNCTION forget_person(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_person(uuid, uuid, text) TO orgmap_operator;

DO $$
DECLARE
    own text;
BEGIN
    FOREACH own IN ARRAY ARRAY['prune_journal(interval)', 'prune_disconnected()']
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO orgmap_app', own);
    END LOOP;
END
$$;
