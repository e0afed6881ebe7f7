-- What vendors take from one key, kept by all servers together. A key is a mark of the vendor's host and the credentials: it
-- shows nothing of them, and belongs to no account, for two accounts may use one key.
CREATE TABLE vendor_keys (
    key          bytea       NOT NULL,
    next_at      timestamptz NOT NULL DEFAULT now(),  -- when the next call is due at an even pace
    paused_until timestamptz NOT NULL DEFAULT now(),  -- the vendor asked to wait until then
    used_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vendor_keys_pkey PRIMARY KEY (key)
);
CREATE INDEX vendor_keys_used_at_idx ON vendor_keys (used_at);

-- The calls that are under way. Whoever makes one and dies frees its place when it would have ended at the latest.
CREATE TABLE vendor_calls (
    key        bytea       NOT NULL,
    id         uuid        NOT NULL,
    ends_until timestamptz NOT NULL,
    CONSTRAINT vendor_calls_pkey PRIMARY KEY (key, id),
    CONSTRAINT vendor_calls_key_fkey FOREIGN KEY (key) REFERENCES vendor_keys (key) ON DELETE CASCADE
);

-- Asks for one call more. GRANTED: make it after the pause. BUSY: as many as there may be are under way. PAUSED: the vendor
-- asked to wait that long. The key's row is held for the moment of asking, so that all servers ask one after another; the clock
-- is the database's.
CREATE FUNCTION take_vendor_call(wanted bytea, call uuid, at_once integer, every interval, burst interval, longest interval)
    RETURNS TABLE (answer text, pause interval)
    LANGUAGE plpgsql VOLATILE
    AS $$
DECLARE
    stands vendor_keys;
    moment timestamptz;
BEGIN
    SELECT * INTO stands FROM vendor_keys AS k WHERE k.key = wanted FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO vendor_keys (key) VALUES (wanted) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT stands FROM vendor_keys AS k WHERE k.key = wanted FOR UPDATE;
    END IF;
    moment := clock_timestamp();
    IF stands.paused_until > moment THEN
        RETURN QUERY SELECT 'PAUSED', stands.paused_until - moment;
        RETURN;
    END IF;
    DELETE FROM vendor_calls AS c WHERE c.key = wanted AND c.ends_until < moment;
    IF (SELECT count(*) FROM vendor_calls AS c WHERE c.key = wanted) >= at_once THEN
        RETURN QUERY SELECT 'BUSY', interval '0';
        RETURN;
    END IF;
    stands.next_at := greatest(stands.next_at, moment);
    answer := 'GRANTED';
    pause := greatest(stands.next_at - burst - moment, interval '0');
    UPDATE vendor_keys AS k SET next_at = stands.next_at + every, used_at = moment WHERE k.key = wanted;
    INSERT INTO vendor_calls (key, id, ends_until) VALUES (wanted, call, moment + pause + longest);
    RETURN NEXT;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON vendor_keys, vendor_calls TO orgmap_app;
