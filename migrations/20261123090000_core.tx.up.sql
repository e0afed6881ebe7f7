-- The core: accounts, organizations, integrations and their lists, mappings, refresh runs, the journal, API tokens.
--
-- Three rules hold for every tenant table below:
--   1. account_id comes first in the primary key and every foreign key, so no row can refer to another account;
--   2. row-level security is enabled and forced, so even the table's owner sees only the account that the transaction
--      has set (app.account_id), and no rows if none is set;
--   3. account_id comes first in unique keys, so a violation reveals nothing about other accounts.

CREATE FUNCTION current_account_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.account_id', true), '')::uuid $$;

-- ------------------------------------------------------------------ accounts
CREATE TABLE accounts (
    id                 uuid        NOT NULL,
    name               text        NOT NULL,
    plan               text        NOT NULL DEFAULT 'Standard',
    organization_limit integer,                       -- NULL: unlimited
    organizations_used integer     NOT NULL DEFAULT 0, -- written only by count_active_organizations()
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
    name       text COLLATE "C" NOT NULL, -- NFC, trimmed: name.Normalize
    folded     text COLLATE "C" NOT NULL, -- the name in lower case: lists are sorted and searched by it
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

-- The database maintains the number of active organizations. Every write of an organization updates it, and
-- accounts_quota_check aborts a transaction that exceeds the quota.
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
    module_id     text, -- the connection's module that it lists; NULL if the connection has only one integration
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
    folded         text COLLATE "C" NOT NULL, -- NFC, trimmed, lower case: lists are sorted and searched by it
    match_name     text COLLATE "C",          -- the name that an organization would get; NULL if no organization can have it
    url            text,
    hints          jsonb            NOT NULL DEFAULT '[]', -- the vendor's references to records in other tools
    removed_at     timestamptz,
    created_at     timestamptz      NOT NULL DEFAULT now(),
    updated_at     timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT external_orgs_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT external_orgs_remote_id_key UNIQUE (account_id, integration_id, remote_id),
    CONSTRAINT external_orgs_integration_fkey FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX external_orgs_folded_idx ON external_orgs (account_id, integration_id, folded, id) INCLUDE (removed_at);
CREATE INDEX external_orgs_match_name_idx ON external_orgs (account_id, integration_id, match_name) WHERE removed_at IS NULL;
-- Created after external_orgs_folded_idx: without statistics, both cost the same for the check of the mappings' foreign key.
-- Postgres then uses the newer index. The other one would read the whole list for every row.
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
    CONSTRAINT mappings_external_org_key UNIQUE (account_id, external_org_id), -- it is mapped to at most one organization
    CONSTRAINT mappings_origin_check CHECK (origin IN ('MANUAL', 'IMPORT', 'SUGGESTION')),
    CONSTRAINT mappings_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id),
    -- the key includes the integration, so a mapping's external organization belongs to the mapping's column
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
    attempt         integer     NOT NULL DEFAULT 1,  -- the fencing token: writes of other attempts fail
    sequence        bigint      NOT NULL DEFAULT 1,  -- increases with every visible change of the run
    accept_shrink   boolean     NOT NULL DEFAULT false,
    failure_code    text,
    failure_message text,
    retry_at        timestamptz,
    requested_by    text        NOT NULL,
    job_id          bigint,                          -- River's job of this attempt
    lease_until     timestamptz,                     -- the worker of a RUNNING run is lost if this has passed
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
    hash         bytea       NOT NULL, -- SHA-256 of the token, which is not stored
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

-- The hash of a token gives access to the token's row, before the account is known.
CREATE POLICY bearer ON api_tokens FOR SELECT TO orgmap_app
    USING (hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex'));

-- The operator (the command line, the search for lost runs, pruning) works across accounts, but only on these tables.
CREATE POLICY operator ON accounts TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON api_tokens TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON refresh_runs FOR SELECT TO orgmap_operator USING (true);
CREATE POLICY operator ON connections TO orgmap_operator USING (true) WITH CHECK (true);
CREATE POLICY operator ON journal TO orgmap_operator USING (true) WITH CHECK (true);

-- Plans for a new or larger list need new statistics at once, before autovacuum runs. Only the owner may run ANALYZE, so
-- workers call this function.
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
