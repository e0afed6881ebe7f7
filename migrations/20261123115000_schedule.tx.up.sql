-- Schedules of automatic refreshes.

-- How often each schedule refreshes; NULL: never.
CREATE FUNCTION refresh_period(schedule text) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE schedule
        WHEN 'HOURLY' THEN interval '1 hour'
        WHEN 'EVERY_FOUR_HOURS' THEN interval '4 hours'
        WHEN 'EVERY_TWELVE_HOURS' THEN interval '12 hours'
        WHEN 'DAILY' THEN interval '1 day' END $$;

ALTER TABLE integrations
    ADD COLUMN schedule text NOT NULL DEFAULT 'DAILY',
    -- A random time in the first day, so that integrations connected together do not refresh together.
    ADD COLUMN next_refresh_at timestamptz DEFAULT now() + random() * interval '1 day',
    ADD CONSTRAINT integrations_schedule_check CHECK (schedule IN ('OFF', 'HOURLY', 'EVERY_FOUR_HOURS', 'EVERY_TWELVE_HOURS', 'DAILY')),
    ADD CONSTRAINT integrations_next_refresh_check CHECK ((next_refresh_at IS NULL) = (schedule = 'OFF'));
CREATE INDEX integrations_next_refresh_idx ON integrations (next_refresh_at) WHERE state = 'CONNECTED';

-- The search for due integrations covers all accounts and returns nothing else about them.
CREATE POLICY operator ON integrations FOR SELECT TO orgmap_operator USING (true);
GRANT SELECT (account_id, id, state, next_refresh_at) ON integrations TO orgmap_operator;
