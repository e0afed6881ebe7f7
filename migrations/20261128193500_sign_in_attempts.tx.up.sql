-- Attempts to sign in at the issuer that were used, so that each is used once, on whichever server. Of an attempt that is not
-- brought back there is nothing here.
CREATE TABLE sign_in_attempts (
    hash       bytea       NOT NULL, -- SHA-256 of what no other attempt has
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (hash)
);
CREATE INDEX sign_in_attempts_expires_at_idx ON sign_in_attempts (expires_at);
GRANT INSERT, DELETE, SELECT (hash, expires_at) ON sign_in_attempts TO orgmap_operator;
