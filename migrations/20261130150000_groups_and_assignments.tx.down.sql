DELETE FROM journal WHERE kind IN ('GROUPS', 'PEOPLE', 'SETTINGS');
ALTER TABLE journal
    DROP COLUMN subject_ids,
    DROP COLUMN removed_subject_ids,
    DROP CONSTRAINT journal_kind_check,
    ADD CONSTRAINT journal_kind_check CHECK (kind IN ('ORGANIZATIONS', 'MAPPINGS', 'INTEGRATIONS', 'DECISIONS'));
DROP TABLE organization_details;
DROP TABLE organization_group_members;
DROP TABLE organization_groups;
DROP FUNCTION begin_details();
DROP FUNCTION begin_membership();
DROP FUNCTION begin_group();
