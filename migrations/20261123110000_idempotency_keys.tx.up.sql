-- Responses to mutations with an Idempotency-Key, committed together with the mutation's changes.
CREATE TABLE idempotency_keys (
    account_id   uuid        NOT NULL,
    operation    text        NOT NULL, -- the mutation's field
    key          bytea       NOT NULL, -- SHA-256 of what the client sent
    request_hash bytea       NOT NULL, -- a hash of the caller and the request, keyed with the client's key, so it cannot be guessed from this table
    response     text,                 -- the response's data as JSON; NULL only inside the transaction that creates it
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, operation, key),
    CONSTRAINT idempotency_keys_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON idempotency_keys USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY operator ON idempotency_keys TO orgmap_operator USING (true);

GRANT SELECT, INSERT, UPDATE (request_hash, response, created_at, expires_at) ON idempotency_keys TO orgmap_app;
-- The operator prunes responses but does not read them.
GRANT SELECT (account_id, operation, key, expires_at), DELETE ON idempotency_keys TO orgmap_operator;
