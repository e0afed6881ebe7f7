DROP FUNCTION recent_suggestion_changes(uuid[]);
DROP TABLE suggestion_changes;
CREATE OR REPLACE FUNCTION stale_matchings(current integer) RETURNS TABLE (account_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        SELECT a.id FROM accounts AS a LEFT JOIN matchings AS m ON m.account_id = a.id
        WHERE (coalesce(m.position, -1) < a.journal_position OR coalesce(m.version, 0) < current)
          AND a.journal_position > 0 AND coalesce(m.rest_until, '-infinity') < now()
        ORDER BY a.id LIMIT 100
    $$;
DROP TRIGGER mappings_decisions ON mappings;
DROP FUNCTION end_decisions();
DELETE FROM journal WHERE kind = 'DECISIONS';
ALTER TABLE journal DROP COLUMN external_org_ids;
ALTER TABLE journal DROP CONSTRAINT journal_kind_check;
ALTER TABLE journal ADD CONSTRAINT journal_kind_check CHECK (kind IN ('ORGANIZATIONS', 'MAPPINGS', 'INTEGRATIONS'));
ALTER TABLE matchings DROP COLUMN frequencies;
DROP TABLE automatic_mappings;
DROP TABLE matching_settings;
DROP TABLE aliases;
DROP TABLE exclusions;
DROP TABLE rejections;
