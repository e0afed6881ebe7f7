-- Sign-in attempts that have been used, so that each can be used only once across all servers. An attempt that never returns from
-- the issuer is not stored.
CREATE TABLE sign_in_attempts (
    hash       bytea       NOT NULL, -- SHA-256 of the attempt's unique value
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (hash)
);
CREATE INDEX sign_in_attempts_expires_at_idx ON sign_in_attempts (expires_at);
GRANT INSERT, DELETE, SELECT (hash, expires_at) ON sign_in_attempts TO orgmap_operator;
