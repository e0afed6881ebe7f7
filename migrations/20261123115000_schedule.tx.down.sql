REVOKE SELECT (account_id, id, state, next_refresh_at) ON integrations FROM orgmap_operator;
DROP POLICY operator ON integrations;
ALTER TABLE integrations DROP COLUMN next_refresh_at, DROP COLUMN schedule;
DROP FUNCTION refresh_period(text);
