-- The result of matching for each external organization that is neither mapped nor removed: a suggestion, a needed decision, or a
-- conflict. A worker writes the results (internal/suggestion), and reads compute nothing.
CREATE TABLE suggestions (
    account_id      uuid    NOT NULL,
    external_org_id uuid    NOT NULL,
    integration_id  uuid    NOT NULL,
    state           text    NOT NULL,
    organization_id uuid,             -- the suggested one
    tier            text,
    score           integer,          -- in quarters of a bit, as the margin and all weights are
    margin          integer,          -- to the next candidate; NULL: there is none
    automatic       boolean NOT NULL,
    bulk            boolean NOT NULL,
    warnings        text[]  NOT NULL,
    because         text    NOT NULL, -- why nothing is suggested; '' for a suggestion
    signals         jsonb   NOT NULL, -- of the suggestion
    candidates      jsonb   NOT NULL, -- for a needed decision or a conflict, with their signals
    digest          bigint  NOT NULL, -- of all of the above, so that only what changed is written
    CONSTRAINT suggestions_pkey PRIMARY KEY (account_id, external_org_id),
    CONSTRAINT suggestions_state_check CHECK (state IN ('SUGGESTED', 'NEEDS_DECISION', 'CONFLICT')),
    CONSTRAINT suggestions_tier_check CHECK (tier IN ('IDENTITY', 'EXACT', 'NORMALIZED', 'STRONG', 'WEAK')),
    CONSTRAINT suggestions_suggested_check CHECK ((state = 'SUGGESTED') = (organization_id IS NOT NULL)
        AND (state = 'SUGGESTED') = (tier IS NOT NULL) AND (state = 'SUGGESTED') = (score IS NOT NULL) AND (state = 'SUGGESTED') = (because = '')),
    CONSTRAINT suggestions_external_org_fkey FOREIGN KEY (account_id, integration_id, external_org_id)
        REFERENCES external_orgs (account_id, integration_id, id) ON DELETE CASCADE,
    CONSTRAINT suggestions_organization_fkey FOREIGN KEY (account_id, organization_id) REFERENCES organizations (account_id, id)
);
CREATE INDEX suggestions_organization_idx ON suggestions (account_id, organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX suggestions_integration_idx ON suggestions (account_id, integration_id, external_org_id);

-- Up to which change of an account its suggestions are computed.
CREATE TABLE matchings (
    account_id  uuid    NOT NULL,
    position    bigint  NOT NULL DEFAULT -1, -- of the journal, as it was when they were computed
    version     integer NOT NULL DEFAULT 0,  -- of the code and the tables that computed them
    rest_until  timestamptz,                 -- no worker computes them earlier, because one is computing or has just computed them; NULL: any worker may
    CONSTRAINT matchings_pkey PRIMARY KEY (account_id),
    CONSTRAINT matchings_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

ALTER TABLE suggestions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestions FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON suggestions USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY operator ON suggestions TO orgmap_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON suggestions TO orgmap_app;
GRANT SELECT ON suggestions TO orgmap_operator;
ALTER TABLE matchings ENABLE ROW LEVEL SECURITY;
ALTER TABLE matchings FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON matchings USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY operator ON matchings TO orgmap_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON matchings TO orgmap_app;
GRANT SELECT ON matchings TO orgmap_operator;

-- stale_matchings returns accounts whose suggestions are older than their data or than the given version, and that a worker may compute now.
CREATE FUNCTION stale_matchings(current integer) RETURNS TABLE (account_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT a.id FROM accounts AS a LEFT JOIN matchings AS m ON m.account_id = a.id
        WHERE (coalesce(m.position, -1) < a.journal_position OR coalesce(m.version, 0) < current)
          AND a.journal_position > 0 AND coalesce(m.rest_until, '-infinity') < now()
        ORDER BY a.id LIMIT 100
    $$;
REVOKE ALL ON FUNCTION stale_matchings(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stale_matchings(integer) TO orgmap_app;
