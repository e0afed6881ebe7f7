-- What people decide about external organizations and their names. Matching respects it; people can list and revoke it.

-- "This external organization is not that organization."
CREATE TABLE rejections (
    account_id        uuid        NOT NULL,
    id                uuid        NOT NULL,
    external_org_id   uuid        NOT NULL,
    organization_id   uuid        NOT NULL,
    external_name     text        NOT NULL, -- the names at that time: a rejection lapses if one of them changes to other words
    organization_name text        NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind        text        NOT NULL,
    actor_id          uuid,
    actor_name        text        NOT NULL,
    CONSTRAINT rejections_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT rejections_pair_key UNIQUE (account_id, external_org_id, organization_id),
    CONSTRAINT rejections_actor_check CHECK (actor_kind IN ('PERSON', 'TOKEN', 'SYSTEM') AND (actor_kind = 'SYSTEM') = (actor_id IS NULL)),
    CONSTRAINT rejections_external_org_fkey FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs (account_id, id) ON DELETE CASCADE,
    CONSTRAINT rejections_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX rejections_organization_idx ON rejections (account_id, organization_id);

-- "This external organization is not a client."
CREATE TABLE exclusions (
    account_id      uuid        NOT NULL,
    external_org_id uuid        NOT NULL,
    external_name   text        NOT NULL, -- at that time
    reason          text        NOT NULL,
    note            text        NOT NULL DEFAULT '',
    until           timestamptz,          -- a worker ends it then; NULL: it does not end by itself
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind      text        NOT NULL,
    actor_id        uuid,
    actor_name      text        NOT NULL,
    CONSTRAINT exclusions_pkey PRIMARY KEY (account_id, external_org_id),
    CONSTRAINT exclusions_reason_check CHECK (reason IN ('NOT_A_CLIENT', 'INTERNAL', 'TEST', 'VENDOR', 'PROSPECT', 'FORMER_CLIENT', 'DUPLICATE', 'OTHER')),
    CONSTRAINT exclusions_note_check CHECK (length(note) <= 1000),
    CONSTRAINT exclusions_until_check CHECK (until > created_at),
    CONSTRAINT exclusions_actor_check CHECK (actor_kind IN ('PERSON', 'TOKEN', 'SYSTEM') AND (actor_kind = 'SYSTEM') = (actor_id IS NULL)),
    CONSTRAINT exclusions_external_org_fkey FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs (account_id, id) ON DELETE CASCADE
);
CREATE INDEX exclusions_until_idx ON exclusions (until) WHERE until IS NOT NULL;

-- Other names of an organization, learned from its mappings by a worker.
CREATE TABLE aliases (
    account_id      uuid        NOT NULL,
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    external_org_id uuid,                  -- whose name it is; NULL: pinned, and the external organization is gone
    mapping_id      uuid,                  -- deleting the mapping deletes the alias; NULL: pinned
    name            text        NOT NULL,
    pinned          boolean     NOT NULL DEFAULT false,
    revoked         boolean     NOT NULL DEFAULT false, -- kept so that a worker does not learn it again from the same mapping
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by      text        NOT NULL,
    CONSTRAINT aliases_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT aliases_source_key UNIQUE (account_id, organization_id, external_org_id),
    CONSTRAINT aliases_pinned_check CHECK (pinned = (mapping_id IS NULL)),
    CONSTRAINT aliases_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id) ON DELETE CASCADE,
    CONSTRAINT aliases_external_org_fkey FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs (account_id, id) ON DELETE SET NULL (external_org_id),
    CONSTRAINT aliases_mapping_fkey FOREIGN KEY (account_id, mapping_id) REFERENCES mappings (account_id, id) ON DELETE CASCADE
);
CREATE INDEX aliases_mapping_idx ON aliases (account_id, mapping_id) WHERE mapping_id IS NOT NULL;
CREATE INDEX aliases_external_org_idx ON aliases (account_id, external_org_id) WHERE external_org_id IS NOT NULL;

-- What an account's admins set for matching. No row: the defaults.
CREATE TABLE matching_settings (
    account_id    uuid    NOT NULL,
    automatic     boolean NOT NULL DEFAULT false, -- whether a worker maps certain suggestions
    filler_words  text[]  NOT NULL DEFAULT '{}',
    abbreviations jsonb   NOT NULL DEFAULT '[]',  -- [{"short": ..., "long": ...}]
    CONSTRAINT matching_settings_pkey PRIMARY KEY (account_id),
    CONSTRAINT matching_settings_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- What a worker mapped automatically. It never maps the same pair again, so that what people undo stays undone.
CREATE TABLE automatic_mappings (
    account_id      uuid        NOT NULL,
    external_org_id uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT automatic_mappings_pkey PRIMARY KEY (account_id, external_org_id, organization_id),
    CONSTRAINT automatic_mappings_external_org_fkey FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs (account_id, id) ON DELETE CASCADE,
    CONSTRAINT automatic_mappings_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id) ON DELETE CASCADE
);

-- Word counts are kept from one computation to the next, so that a refresh does not move every score.
ALTER TABLE matchings ADD COLUMN frequencies jsonb;

-- What changed last about the suggestions in an integration, for open pages.
CREATE TABLE suggestion_changes (
    account_id       uuid        NOT NULL,
    integration_id   uuid        NOT NULL,
    sequence         bigint      NOT NULL, -- 1 more with each change
    organization_ids uuid[],               -- whose suggestions changed; NULL: too many to name
    changed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT suggestion_changes_pkey PRIMARY KEY (account_id, integration_id),
    CONSTRAINT suggestion_changes_integration_fkey FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);

ALTER TABLE journal DROP CONSTRAINT journal_kind_check;
ALTER TABLE journal ADD CONSTRAINT journal_kind_check CHECK (kind IN ('ORGANIZATIONS', 'MAPPINGS', 'INTEGRATIONS', 'DECISIONS'));
ALTER TABLE journal ADD COLUMN external_org_ids uuid[] NOT NULL DEFAULT '{}';

-- end_decisions deletes what a mapping contradicts: an exclusion of the external organization, and a rejection of the pair.
CREATE FUNCTION end_decisions() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
BEGIN
    DELETE FROM exclusions AS e USING made WHERE e.account_id = made.account_id AND e.external_org_id = made.external_org_id;
    DELETE FROM rejections AS r USING made
        WHERE r.account_id = made.account_id AND r.external_org_id = made.external_org_id AND r.organization_id = made.organization_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER mappings_decisions AFTER INSERT ON mappings REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION end_decisions();

DO $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['rejections', 'exclusions', 'aliases', 'matching_settings', 'automatic_mappings', 'suggestion_changes']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format('CREATE POLICY account ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())', named);
        EXECUTE format('CREATE POLICY operator ON %I TO orgmap_operator USING (true) WITH CHECK (true)', named);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO orgmap_app', named);
        EXECUTE format('GRANT SELECT ON %I TO orgmap_operator', named);
    END LOOP;
END
$$;

-- stale_matchings names the accounts whose suggestions are older than their data or than the given version, or where an exclusion has
-- reached its end, and that a worker may compute now.
CREATE OR REPLACE FUNCTION stale_matchings(current integer) RETURNS TABLE (account_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT a.id FROM accounts AS a LEFT JOIN matchings AS m ON m.account_id = a.id
        WHERE (coalesce(m.position, -1) < a.journal_position OR coalesce(m.version, 0) < current
            OR a.id IN (SELECT e.account_id FROM exclusions AS e WHERE e.until <= now()))
          AND a.journal_position > 0 AND coalesce(m.rest_until, '-infinity') < now()
        ORDER BY a.id LIMIT 100
    $$;

-- recent_suggestion_changes returns the sequences of the accounts' changes within the last minute. It has no extra rights: it opens
-- each account as a request does.
CREATE FUNCTION recent_suggestion_changes(accounts uuid[]) RETURNS TABLE (account_id uuid, integration_id uuid, sequence bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        RETURN QUERY SELECT c.account_id, c.integration_id, c.sequence FROM suggestion_changes AS c
            WHERE c.account_id = recent_suggestion_changes.account_id AND c.changed_at > now() - interval '1 minute';
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$$;
REVOKE ALL ON FUNCTION recent_suggestion_changes(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recent_suggestion_changes(uuid[]) TO orgmap_app;
