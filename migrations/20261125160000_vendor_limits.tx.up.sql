-- Rate limits of vendor keys, enforced across all servers. A key is a keyed hash of the vendor's host and the credentials, and
-- reveals neither. It belongs to no account, because two accounts may use the same credentials.
CREATE TABLE vendor_keys (
    key          bytea       NOT NULL,
    next_at      timestamptz NOT NULL DEFAULT now(),  -- when the next call is due at an even pace
    paused_until timestamptz NOT NULL DEFAULT now(),  -- the vendor asked to wait until then
    used_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vendor_keys_pkey PRIMARY KEY (key)
);
CREATE INDEX vendor_keys_used_at_idx ON vendor_keys (used_at);

-- Calls in flight. If a server dies, the slots of its calls expire at their latest possible end.
CREATE TABLE vendor_calls (
    key        bytea       NOT NULL,
    id         uuid        NOT NULL,
    ends_until timestamptz NOT NULL,
    CONSTRAINT vendor_calls_pkey PRIMARY KEY (key, id),
    CONSTRAINT vendor_calls_key_fkey FOREIGN KEY (key) REFERENCES vendor_keys (key) ON DELETE CASCADE
);

-- Requests one more call. GRANTED: send it after the pause. BUSY: the maximum number of calls is in flight. PAUSED: the vendor
-- asked to wait for the returned time. The key's row is locked meanwhile, so servers request one after another, and all use the
-- database's clock.
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
