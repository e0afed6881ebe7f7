-- The core: accounts, organizations, integrations and their lists, mappings, refresh runs, the journal, API tokens.
--
-- Three rules hold for every tenant table below:
--   1. account_id leads the primary key and every foreign key, so that no row can point into another account;
--   2. row-level security is enabled AND forced, so that even the table's owner sees only the account that the
--      transaction has set (app.account_id); with none set, nothing is seen;
--   3. unique keys lead with account_id, so that a violation says nothing about other accounts.

CREATE FUNCTION current_account_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.account_id', true), '')::uuid $$;

-- ------------------------------------------------------------------ accounts
CREATE TABLE accounts (
    id                 uuid        NOT NULL,
    name               text        NOT NULL,
    plan               text        NOT NULL DEFAULT 'Standard',
    organization_limit integer,                       -- NULL: unlimited
    organizations_used integer     NOT NULL DEFAULT 0, -- kept by count_active_organizations(), nobody else
    renews_at          timestamptz,
    journal_position   bigint      NOT NULL DEFAULT 0, -- position of the newest change
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_name_key UNIQUE (name),
    CONSTRAINT accounts_name_check CHECK (name <> '' AND length(name) <= 200),
    CONSTRAINT accounts_organization_limit_check CHECK (organization_limit >= 0),
    CONSTRAINT accounts_quota_check CHECK (organizations_used >= 0 AND (organization_limit IS NULL OR organizations_used <= organization_limit))
);

-- ------------------------------------------------------------------ organizations
CREATE TABLE organizations (
    account_id uuid             NOT NULL,
    id         uuid             NOT NULL,
    name       text COLLATE "C" NOT NULL, -- NFC, outer white space cut: organization.NormalizeName
    folded     text COLLATE "C" NOT NULL, -- the name in lower case: what lists sort and search by
    active     boolean          NOT NULL DEFAULT true,
    created_at timestamptz      NOT NULL DEFAULT now(),
    updated_at timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT organizations_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT organizations_name_key UNIQUE (account_id, name),
    CONSTRAINT organizations_name_check CHECK (name <> '' AND length(name) <= 200 AND name !~ '[\u0001-\u001f\u007f-\u009f]'),
    CONSTRAINT organizations_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX organizations_folded_idx ON organizations (account_id, folded, id) INCLUDE (active);
CREATE INDEX organizations_created_at_idx ON organizations (account_id, created_at, id);

-- The count of active organizations is kept by the database itself: whatever writes an organization moves
-- it, and accounts_quota_check stops the transaction that would take one place too many.
CREATE FUNCTION count_active_organizations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET organizations_used = organizations_used + moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM new_rows WHERE active GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE accounts SET organizations_used = organizations_used - moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM old_rows WHERE active GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET organizations_used = organizations_used + moved.delta
        FROM (SELECT account_id, sum(weight) AS delta
              FROM (SELECT account_id, 1 AS weight FROM new_rows WHERE active
                    UNION ALL
                    SELECT account_id, -1 FROM old_rows WHERE active) AS both_sides
              GROUP BY account_id HAVING sum(weight) <> 0) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER organizations_count_insert AFTER INSERT ON organizations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations();
CREATE TRIGGER organizations_count_update AFTER UPDATE ON organizations
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations();
CREATE TRIGGER organizations_count_delete AFTER DELETE ON organizations
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations();

-- ------------------------------------------------------------------ connections and integrations
CREATE TABLE connections (
    account_id         uuid        NOT NULL,
    id                 uuid        NOT NULL,
    application        text        NOT NULL,
    base_url           text        NOT NULL,
    sealed_credentials bytea       NOT NULL, -- AEAD, bound to account and connection
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT connections_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT connections_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE TABLE integrations (
    account_id    uuid             NOT NULL,
    id            uuid             NOT NULL,
    connection_id uuid             NOT NULL,
    name          text COLLATE "C" NOT NULL,
    application   text             NOT NULL,
    source        text             NOT NULL,
    state         text             NOT NULL DEFAULT 'CONNECTED',
    module_id     text, -- which module of the connection feeds it; NULL where the connection feeds one integration
    created_at    timestamptz      NOT NULL DEFAULT now(),
    updated_at    timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT integrations_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT integrations_name_key UNIQUE (account_id, name),
    CONSTRAINT integrations_module_key UNIQUE NULLS NOT DISTINCT (account_id, connection_id, module_id),
    CONSTRAINT integrations_name_check CHECK (name <> '' AND length(name) <= 200),
    CONSTRAINT integrations_source_check CHECK (source IN ('API', 'KASEYA_ONE')),
    CONSTRAINT integrations_state_check CHECK (state IN ('CONNECTED', 'NEEDS_ATTENTION', 'DISABLED')),
    CONSTRAINT integrations_connection_fkey FOREIGN KEY (account_id, connection_id) REFERENCES connections (account_id, id) ON DELETE CASCADE
);

-- ------------------------------------------------------------------ external organizations
CREATE TABLE external_orgs (
    account_id     uuid             NOT NULL,
    id             uuid             NOT NULL,
    integration_id uuid             NOT NULL,
    remote_id      text COLLATE "C" NOT NULL,
    name           text             NOT NULL, -- as the vendor sent it
    folded         text COLLATE "C" NOT NULL, -- NFC, trimmed, lower case: what lists sort and search by
    match_name     text COLLATE "C",          -- as an organization would be named; NULL where no organization can be named so
    url            text,
    hints          jsonb            NOT NULL DEFAULT '[]', -- what the vendor says this record is elsewhere
    removed_at     timestamptz,
    created_at     timestamptz      NOT NULL DEFAULT now(),
    updated_at     timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT external_orgs_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT external_orgs_remote_id_key UNIQUE (account_id, integration_id, remote_id),
    CONSTRAINT external_orgs_integration_fkey FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX external_orgs_folded_idx ON external_orgs (account_id, integration_id, folded, id) INCLUDE (removed_at);
CREATE INDEX external_orgs_match_name_idx ON external_orgs (account_id, integration_id, match_name) WHERE removed_at IS NULL;
-- Made after external_orgs_folded_idx: while the table has no statistics both cost the check of mappings' foreign key the
-- same, Postgres takes the newer one then, and the older one would read the whole list for every row.
ALTER TABLE external_orgs ADD CONSTRAINT external_orgs_integration_key UNIQUE (account_id, integration_id, id);

-- ------------------------------------------------------------------ mappings
CREATE TABLE mappings (
    account_id      uuid        NOT NULL,
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    integration_id  uuid        NOT NULL,
    external_org_id uuid        NOT NULL,
    origin          text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      text        NOT NULL,
    CONSTRAINT mappings_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT mappings_external_org_key UNIQUE (account_id, external_org_id), -- at most one organization holds it
    CONSTRAINT mappings_origin_check CHECK (origin IN ('MANUAL', 'IMPORT', 'SUGGESTION')),
    CONSTRAINT mappings_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id),
    -- the integration stands in this key too: a mapping's external organization is one of that very column
    CONSTRAINT mappings_external_org_fkey FOREIGN KEY (account_id, integration_id, external_org_id)
        REFERENCES external_orgs (account_id, integration_id, id) ON DELETE CASCADE
);
CREATE INDEX mappings_cell_idx ON mappings (account_id, organization_id, integration_id) INCLUDE (external_org_id);
CREATE INDEX mappings_integration_idx ON mappings (account_id, integration_id, external_org_id);

-- ------------------------------------------------------------------ refresh runs
CREATE TABLE refresh_runs (
    account_id      uuid        NOT NULL,
    id              uuid        NOT NULL,
    integration_id  uuid        NOT NULL,
    state           text        NOT NULL DEFAULT 'QUEUED',
    fetched         integer     NOT NULL DEFAULT 0,
    total           integer,
    added           integer     NOT NULL DEFAULT 0,
    updated         integer     NOT NULL DEFAULT 0,
    removed         integer     NOT NULL DEFAULT 0,
    attempt         integer     NOT NULL DEFAULT 1,  -- the fencing token: a write under another attempt is refused
    sequence        bigint      NOT NULL DEFAULT 1,  -- rises with all that people can see of the run
    accept_shrink   boolean     NOT NULL DEFAULT false,
    failure_code    text,
    failure_message text,
    retry_at        timestamptz,
    requested_by    text        NOT NULL,
    job_id          bigint,                          -- River's job of this attempt
    lease_until     timestamptz,                     -- a RUNNING run past this has lost its worker
    queued_at       timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refresh_runs_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT refresh_runs_state_check CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'NEEDS_REVIEW')),
    CONSTRAINT refresh_runs_failure_code_check CHECK (failure_code IN ('CREDENTIALS_REJECTED', 'RATE_LIMITED', 'VENDOR_UNAVAILABLE', 'VENDOR_TIMEOUT', 'BAD_RESPONSE', 'INTERNAL')),
    CONSTRAINT refresh_runs_finished_check CHECK ((finished_at IS NULL) = (state IN ('QUEUED', 'RUNNING'))),
    CONSTRAINT refresh_runs_lease_check CHECK ((lease_until IS NOT NULL) = (state = 'RUNNING')),
    CONSTRAINT refresh_runs_integration_fkey FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX refresh_runs_live_key ON refresh_runs (account_id, integration_id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX refresh_runs_newest_idx ON refresh_runs (account_id, integration_id, id DESC);
CREATE INDEX refresh_runs_unfinished_idx ON refresh_runs (lease_until) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX refresh_runs_updated_at_idx ON refresh_runs (account_id, updated_at);

-- ------------------------------------------------------------------ the journal
CREATE TABLE journal (
    account_id              uuid        NOT NULL,
    position                bigint      NOT NULL,
    kind                    text        NOT NULL,
    action                  text        NOT NULL, -- what was done: organization.created, mapping.saved, ...
    at                      timestamptz NOT NULL DEFAULT now(),
    actor                   text        NOT NULL,
    organization_ids        uuid[]      NOT NULL DEFAULT '{}',
    integration_ids         uuid[]      NOT NULL DEFAULT '{}',
    removed_integration_ids uuid[]      NOT NULL DEFAULT '{}',
    before                  jsonb,
    after                   jsonb,
    CONSTRAINT journal_pkey PRIMARY KEY (account_id, position),
    CONSTRAINT journal_kind_check CHECK (kind IN ('ORGANIZATIONS', 'MAPPINGS', 'INTEGRATIONS')),
    CONSTRAINT journal_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX journal_at_idx ON journal (at);

-- ------------------------------------------------------------------ API tokens
CREATE TABLE api_tokens (
    account_id   uuid        NOT NULL,
    id           uuid        NOT NULL,
    name         text        NOT NULL,
    role         text        NOT NULL,
    hash         bytea       NOT NULL, -- SHA-256 of the token; the token itself is nowhere
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_tokens_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT api_tokens_hash_key UNIQUE (hash),
    CONSTRAINT api_tokens_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    CONSTRAINT api_tokens_name_check CHECK (name <> '' AND length(name) <= 200),
    CONSTRAINT api_tokens_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- ------------------------------------------------------------------ row-level security
DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['organizations', 'connections', 'integrations', 'external_orgs', 'mappings', 'refresh_runs', 'journal', 'api_tokens']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY account ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())', tenant_table);
    END LOOP;
END
$$;
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON accounts USING (id = current_account_id()) WITH CHECK (id = current_account_id());

-- Whoever holds a token may find that one row before the account is known: the hash is the capability.
CREATE POLICY bearer ON api_tokens FOR SELECT TO orgmap_app
    USING (hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex'));

-- The operator (the command line, the sweep for lost runs, pruning) works across accounts, on these tables alone.
CREATE POLICY operator ON accounts TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON api_tokens TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON refresh_runs FOR SELECT TO orgmap_operator USING (true);
CREATE POLICY operator ON connections TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON journal TO orgmap_operator USING (true) WITH CHECK (true);

-- Plans for a list that has just come or grown need its statistics at once, not when autovacuum comes by. ANALYZE is the
-- owner's right, so the workers get this function instead.
CREATE FUNCTION analyze_external_orgs() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public
    AS $$ ANALYZE external_orgs, mappings $$;
REVOKE EXECUTE ON FUNCTION analyze_external_orgs() FROM PUBLIC;

-- ------------------------------------------------------------------ rights
GRANT SELECT, UPDATE (organizations_used, journal_position) ON accounts TO orgmap_app;
GRANT SELECT, INSERT, UPDATE ON organizations TO orgmap_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON connections, integrations, external_orgs, mappings, refresh_runs TO orgmap_app;
GRANT SELECT, INSERT ON journal TO orgmap_app;
GRANT SELECT ON api_tokens TO orgmap_app;
GRANT EXECUTE ON FUNCTION analyze_external_orgs() TO orgmap_app;

GRANT SELECT, INSERT, UPDATE (name, plan, organization_limit, renews_at) ON accounts TO orgmap_operator;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_tokens TO orgmap_operator;
GRANT SELECT ON refresh_runs TO orgmap_operator;
GRANT SELECT, UPDATE (sealed_credentials, updated_at) ON connections TO orgmap_operator;
GRANT SELECT, DELETE ON journal TO orgmap_operator;
