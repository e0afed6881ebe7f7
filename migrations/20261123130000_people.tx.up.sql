-- People who sign in with OpenID Connect, and their sessions in browsers.
CREATE TABLE people (
    account_id uuid        NOT NULL,
    id         uuid        NOT NULL,
    issuer     text        NOT NULL,
    subject    text        NOT NULL, -- the person's ID at the issuer
    name       text        NOT NULL,
    role       text        NOT NULL, -- according to the latest token
    claimed_at timestamptz NOT NULL, -- when that token was issued; older tokens are ignored
    blocked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT people_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT people_subject_key UNIQUE (account_id, issuer, subject),
    CONSTRAINT people_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    CONSTRAINT people_name_check CHECK (name <> '' AND length(name) <= 200),
    CONSTRAINT people_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE TABLE sessions (
    account_id uuid        NOT NULL,
    id         uuid        NOT NULL,
    person_id  uuid        NOT NULL,
    hash       bytea       NOT NULL, -- SHA-256 of the cookie's value, which is not stored
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT sessions_hash_key UNIQUE (hash),
    CONSTRAINT sessions_person_fkey FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
CREATE INDEX sessions_person_idx ON sessions (account_id, person_id);

DO $$
DECLARE
    tenant_table text;
BEGIN
    FOREACH tenant_table IN ARRAY ARRAY['people', 'sessions']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY account ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())', tenant_table);
        EXECUTE format('CREATE POLICY operator ON %I TO orgmap_operator USING (true)', tenant_table);
    END LOOP;
END
$$;
-- The hash of a session gives access to the session's row and its person, before the account is known.
CREATE POLICY bearer ON sessions FOR SELECT TO orgmap_app
    USING (hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex'));
CREATE POLICY bearer ON people FOR SELECT TO orgmap_app
    USING (EXISTS (SELECT FROM sessions WHERE sessions.account_id = people.account_id AND sessions.person_id = people.id
                   AND sessions.hash = decode(nullif(current_setting('app.token_hash', true), ''), 'hex')));

GRANT SELECT, INSERT, UPDATE (name, role, claimed_at) ON people TO orgmap_app;
GRANT SELECT, INSERT, DELETE ON sessions TO orgmap_app;
GRANT SELECT, UPDATE (blocked_at) ON people TO orgmap_operator;
GRANT SELECT (account_id, id, expires_at), DELETE ON sessions TO orgmap_operator;
