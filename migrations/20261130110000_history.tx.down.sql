DROP FUNCTION forget_person(uuid, uuid, text);
DROP FUNCTION prune_disconnected();
DROP FUNCTION prune_journal(interval);
CREATE FUNCTION prune_journal() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
        WITH pruned AS (
            DELETE FROM journal WHERE (account_id, position) IN (
                SELECT j.account_id, j.position FROM journal AS j WHERE j.at < now() - interval '30 days' ORDER BY j.at, j.position LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $$;
REVOKE EXECUTE ON FUNCTION prune_journal() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_journal() TO orgmap_app;
CREATE OR REPLACE FUNCTION end_decisions() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
BEGIN
    DELETE FROM exclusions AS e USING made WHERE e.account_id = made.account_id AND e.external_org_id = made.external_org_id;
    DELETE FROM rejections AS r USING made
        WHERE r.account_id = made.account_id AND r.external_org_id = made.external_org_id AND r.organization_id = made.organization_id;
    RETURN NULL;
END
$$;
DROP TRIGGER mappings_keep ON mappings;
DROP TRIGGER organizations_keep_delete ON organizations;
DROP TRIGGER organizations_keep_update ON organizations;
DROP TRIGGER mappings_begin ON mappings;
DROP TRIGGER organizations_begin ON organizations;
DROP FUNCTION keep_mappings();
DROP FUNCTION keep_organizations();
DROP FUNCTION keep_organization();
DROP FUNCTION begin_interval();
DROP FUNCTION next_position(uuid);
REVOKE DELETE ON organizations FROM orgmap_app;
DROP INDEX automatic_mappings_organization_idx;
DROP TABLE past_external_orgs;
DROP TABLE past_integrations;
DROP TABLE past_names;
DROP TABLE past_rejections;
DROP TABLE past_exclusions;
DROP TABLE past_mappings;
DROP TABLE past_organizations;
ALTER TABLE refresh_runs DROP COLUMN requester_kind, DROP COLUMN requester_id;
ALTER TABLE mappings DROP COLUMN since, DROP COLUMN creator_kind, DROP COLUMN creator_id;
ALTER TABLE organizations DROP COLUMN since;
ALTER TABLE accounts DROP COLUMN history_position, DROP COLUMN history_at;
DROP TABLE journal_subjects;
DROP INDEX journal_actor_idx;
DROP INDEX journal_action_idx;
DROP INDEX journal_undoes_idx;
DROP INDEX journal_account_at_idx;
ALTER TABLE journal
    DROP CONSTRAINT journal_actor_check,
    DROP COLUMN actor_kind,
    DROP COLUMN actor_id,
    DROP COLUMN edits,
    DROP COLUMN edit_count,
    DROP COLUMN summary,
    DROP COLUMN undoes,
    DROP COLUMN removed_organization_ids;
