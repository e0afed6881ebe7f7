-- Organization groups, and what an account keeps beside an organization: who looks after it, and a note. See
-- docs/decisions/0048-people-and-groups.md.

-- Groups are archived and never deleted. removed: an undo took back the creation; the undo of that brings the group back.
CREATE TABLE organization_groups (
    account_id uuid             NOT NULL,
    id         uuid             NOT NULL,
    name       text COLLATE "C" NOT NULL,
    folded     text COLLATE "C" NOT NULL,
    color      text             NOT NULL,
    archived   boolean          NOT NULL DEFAULT false,
    removed    boolean          NOT NULL DEFAULT false,
    created_at timestamptz      NOT NULL DEFAULT clock_timestamp(),
    since      bigint           NOT NULL DEFAULT 0, -- the position of the last change
    CONSTRAINT organization_groups_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT organization_groups_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT organization_groups_name_check CHECK (name <> '' AND length(name) <= 100),
    CONSTRAINT organization_groups_color_check CHECK (color IN ('gold', 'teal', 'plum', 'blue', 'slate', 'clay'))
);
CREATE UNIQUE INDEX organization_groups_name_key ON organization_groups (account_id, folded) WHERE NOT removed;

-- Which organizations are in which groups. A row stays when an organization leaves, so that its last change is known, and
-- when the organization is deleted, so that undoing the deletion brings it back: readers join organizations.
CREATE TABLE organization_group_members (
    account_id      uuid    NOT NULL,
    group_id        uuid    NOT NULL,
    organization_id uuid    NOT NULL,
    member          boolean NOT NULL,
    since           bigint  NOT NULL DEFAULT 0, -- the position of the last change
    CONSTRAINT organization_group_members_pkey PRIMARY KEY (account_id, group_id, organization_id),
    CONSTRAINT organization_group_members_group_fkey FOREIGN KEY (account_id, group_id) REFERENCES organization_groups (account_id, id)
);
CREATE INDEX organization_group_members_organization_idx ON organization_group_members (account_id, organization_id, group_id) WHERE member;

-- Not columns of organizations: pages of the grid read every column of that table, and none of these. Rows stay when an
-- organization is deleted, as above.
CREATE TABLE organization_details (
    account_id      uuid   NOT NULL,
    organization_id uuid   NOT NULL,
    engineer_id     uuid,
    vcio_id         uuid,
    note            text   NOT NULL DEFAULT '',
    engineer_since  bigint NOT NULL DEFAULT 0, -- these three: the position of the last change
    vcio_since      bigint NOT NULL DEFAULT 0,
    note_since      bigint NOT NULL DEFAULT 0,
    CONSTRAINT organization_details_pkey PRIMARY KEY (account_id, organization_id),
    CONSTRAINT organization_details_account_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT organization_details_engineer_fkey FOREIGN KEY (account_id, engineer_id) REFERENCES people (account_id, id),
    CONSTRAINT organization_details_vcio_fkey FOREIGN KEY (account_id, vcio_id) REFERENCES people (account_id, id),
    CONSTRAINT organization_details_note_check CHECK (length(note) <= 1000)
);
CREATE INDEX organization_details_engineer_idx ON organization_details (account_id, engineer_id, organization_id) WHERE engineer_id IS NOT NULL;
CREATE INDEX organization_details_vcio_idx ON organization_details (account_id, vcio_id, organization_id) WHERE vcio_id IS NOT NULL;

DO $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['organization_groups', 'organization_group_members', 'organization_details']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format('CREATE POLICY account ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())', named);
        EXECUTE format('CREATE POLICY operator ON %I TO orgmap_operator USING (true) WITH CHECK (true)', named);
        EXECUTE format('GRANT SELECT ON %I TO orgmap_operator', named);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE (name, folded, color, archived, removed) ON organization_groups TO orgmap_app;
GRANT SELECT, INSERT, UPDATE (member) ON organization_group_members TO orgmap_app;
GRANT SELECT, INSERT, UPDATE (engineer_id, vcio_id, note) ON organization_details TO orgmap_app;

-- These three say since when something is as it is, whoever writes it. A value that stays the same was not changed.
CREATE FUNCTION begin_group() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.name, OLD.color, OLD.archived, OLD.removed) IS DISTINCT FROM (NEW.name, NEW.color, NEW.archived, NEW.removed) THEN
        NEW.since := next_position(NEW.account_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organization_groups_begin BEFORE INSERT OR UPDATE ON organization_groups FOR EACH ROW EXECUTE FUNCTION begin_group();

CREATE FUNCTION begin_membership() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.member <> NEW.member THEN
        NEW.since := next_position(NEW.account_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organization_group_members_begin BEFORE INSERT OR UPDATE ON organization_group_members FOR EACH ROW EXECUTE FUNCTION begin_membership();

CREATE FUNCTION begin_details() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    position bigint := next_position(NEW.account_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.engineer_since := CASE WHEN NEW.engineer_id IS NULL THEN 0 ELSE position END;
        NEW.vcio_since := CASE WHEN NEW.vcio_id IS NULL THEN 0 ELSE position END;
        NEW.note_since := CASE WHEN NEW.note = '' THEN 0 ELSE position END;
        RETURN NEW;
    END IF;
    IF OLD.engineer_id IS DISTINCT FROM NEW.engineer_id THEN
        NEW.engineer_since := position;
    END IF;
    IF OLD.vcio_id IS DISTINCT FROM NEW.vcio_id THEN
        NEW.vcio_since := position;
    END IF;
    IF OLD.note <> NEW.note THEN
        NEW.note_since := position;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organization_details_begin BEFORE INSERT OR UPDATE ON organization_details FOR EACH ROW EXECUTE FUNCTION begin_details();

-- Changes of groups, people, API tokens and settings. subject_ids: the groups, people or tokens that a change is about.
ALTER TABLE journal
    DROP CONSTRAINT journal_kind_check,
    ADD CONSTRAINT journal_kind_check CHECK (kind IN ('ORGANIZATIONS', 'MAPPINGS', 'INTEGRATIONS', 'DECISIONS', 'GROUPS', 'PEOPLE', 'SETTINGS')),
    ADD COLUMN subject_ids         uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN removed_subject_ids uuid[] NOT NULL DEFAULT '{}';
