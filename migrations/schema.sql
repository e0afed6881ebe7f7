-- columns
accounts.id uuid not null
accounts.name text not null
accounts.plan text not null default 'Standard'::text
accounts.organization_limit integer
accounts.organizations_used integer not null default 0
accounts.renews_at timestamp with time zone
accounts.journal_position bigint not null default 0
accounts.created_at timestamp with time zone not null default now()
accounts.organizations_version bigint not null default 0
accounts.integration_limit integer not null default 100
accounts.integrations_used integer not null default 0
accounts.external_organization_limit integer not null default 1000000
accounts.external_organizations_used integer not null default 0
accounts.history_position bigint not null default 0
accounts.history_at timestamp with time zone
accounts.time_zone text not null default 'UTC'::text
aliases.account_id uuid not null
aliases.id uuid not null
aliases.organization_id uuid not null
aliases.external_org_id uuid
aliases.mapping_id uuid
aliases.name text not null
aliases.pinned boolean not null default false
aliases.revoked boolean not null default false
aliases.created_at timestamp with time zone not null default clock_timestamp()
aliases.created_by text not null
api_tokens.account_id uuid not null
api_tokens.id uuid not null
api_tokens.name text not null
api_tokens.role text not null
api_tokens.hash bytea not null
api_tokens.created_at timestamp with time zone not null default now()
api_tokens.expires_at timestamp with time zone
api_tokens.revoked_at timestamp with time zone
api_tokens.last_used_at timestamp with time zone
api_tokens.creator_kind text
api_tokens.creator_id uuid
api_tokens.creator_name text
audit_events.account_id uuid not null
audit_events.at timestamp with time zone not null default clock_timestamp()
audit_events.id uuid not null default gen_random_uuid()
audit_events.kind text not null
audit_events.actor_kind text not null
audit_events.actor_id uuid
audit_events.actor_name text not null
audit_events.subject_kind text not null
audit_events.subject_id uuid not null
audit_events.subject_name text not null
audit_events.previous_role text
audit_events.role text
audit_events.failure text
automatic_mappings.account_id uuid not null
automatic_mappings.external_org_id uuid not null
automatic_mappings.organization_id uuid not null
automatic_mappings.created_at timestamp with time zone not null default clock_timestamp()
connections.account_id uuid not null
connections.id uuid not null
connections.application text not null
connections.base_url text not null
connections.sealed_credentials bytea not null
connections.created_at timestamp with time zone not null default now()
connections.updated_at timestamp with time zone not null default now()
exclusions.account_id uuid not null
exclusions.external_org_id uuid not null
exclusions.external_name text not null
exclusions.reason text not null
exclusions.note text not null default ''::text
exclusions.until timestamp with time zone
exclusions.created_at timestamp with time zone not null default clock_timestamp()
exclusions.actor_kind text not null
exclusions.actor_id uuid
exclusions.actor_name text not null
external_org_lists.account_id uuid not null
external_org_lists.integration_id uuid not null
external_org_lists.version bigint not null
external_org_lists.organizations integer not null default 0
external_orgs.account_id uuid not null
external_orgs.id uuid not null
external_orgs.integration_id uuid not null
external_orgs.remote_id text collate "C" not null
external_orgs.name text not null
external_orgs.folded text collate "C" not null
external_orgs.match_name text collate "C"
external_orgs.url text
external_orgs.hints jsonb not null default '[]'::jsonb
external_orgs.removed_at timestamp with time zone
external_orgs.created_at timestamp with time zone not null default now()
external_orgs.updated_at timestamp with time zone not null default now()
external_orgs.website text
external_orgs.city text
idempotency_keys.account_id uuid not null
idempotency_keys.operation text not null
idempotency_keys.key bytea not null
idempotency_keys.request_hash bytea not null
idempotency_keys.response text
idempotency_keys.created_at timestamp with time zone not null default now()
idempotency_keys.expires_at timestamp with time zone not null
integrations.account_id uuid not null
integrations.id uuid not null
integrations.connection_id uuid not null
integrations.name text collate "C" not null
integrations.application text not null
integrations.source text not null
integrations.state text not null default 'CONNECTED'::text
integrations.module_id text
integrations.created_at timestamp with time zone not null default now()
integrations.updated_at timestamp with time zone not null default now()
integrations.schedule text not null default 'DAILY'::text
integrations.next_refresh_at timestamp with time zone default (now() + (random() * '1 day'::interval))
integrations.accepted_total_gap integer not null default 0
journal.account_id uuid not null
journal.position bigint not null
journal.kind text not null
journal.action text not null
journal.at timestamp with time zone not null default now()
journal.actor text not null
journal.organization_ids uuid[] not null default '{}'::uuid[]
journal.integration_ids uuid[] not null default '{}'::uuid[]
journal.removed_integration_ids uuid[] not null default '{}'::uuid[]
journal.before jsonb
journal.after jsonb
journal.external_org_ids uuid[] not null default '{}'::uuid[]
journal.actor_kind text
journal.actor_id uuid
journal.edits text
journal.edit_count integer not null default 0
journal.summary text
journal.undoes bigint
journal.removed_organization_ids uuid[] not null default '{}'::uuid[]
journal.subject_ids uuid[] not null default '{}'::uuid[]
journal.removed_subject_ids uuid[] not null default '{}'::uuid[]
journal_subjects.account_id uuid not null
journal_subjects.subject_id uuid not null
journal_subjects.position bigint not null
mappings.account_id uuid not null
mappings.id uuid not null
mappings.organization_id uuid not null
mappings.integration_id uuid not null
mappings.external_org_id uuid not null
mappings.origin text not null
mappings.created_at timestamp with time zone not null default now()
mappings.created_by text not null
mappings.external_name text not null
mappings.external_folded text collate "C" not null
mappings.since bigint not null
mappings.creator_kind text
mappings.creator_id uuid
mappings.renamed bigint not null default 0
matching_settings.account_id uuid not null
matching_settings.automatic boolean not null default false
matching_settings.filler_words text[] not null default '{}'::text[]
matching_settings.abbreviations jsonb not null default '[]'::jsonb
matchings.account_id uuid not null
matchings.position bigint not null default '-1'::integer
matchings.version integer not null default 0
matchings.rest_until timestamp with time zone
matchings.frequencies jsonb
organization_details.account_id uuid not null
organization_details.organization_id uuid not null
organization_details.engineer_id uuid
organization_details.vcio_id uuid
organization_details.note text not null default ''::text
organization_details.engineer_since bigint not null default 0
organization_details.vcio_since bigint not null default 0
organization_details.note_since bigint not null default 0
organization_group_members.account_id uuid not null
organization_group_members.group_id uuid not null
organization_group_members.organization_id uuid not null
organization_group_members.member boolean not null
organization_group_members.since bigint not null default 0
organization_groups.account_id uuid not null
organization_groups.id uuid not null
organization_groups.name text collate "C" not null
organization_groups.folded text collate "C" not null
organization_groups.color text not null
organization_groups.archived boolean not null default false
organization_groups.removed boolean not null default false
organization_groups.created_at timestamp with time zone not null default clock_timestamp()
organization_groups.since bigint not null default 0
organizations.account_id uuid not null
organizations.id uuid not null
organizations.name text collate "C" not null
organizations.folded text collate "C" not null
organizations.active boolean not null default true
organizations.created_at timestamp with time zone not null default now()
organizations.updated_at timestamp with time zone not null default now()
organizations.since bigint not null
past_exclusions.account_id uuid not null
past_exclusions.position bigint not null
past_exclusions.external_org_id uuid not null
past_exclusions.external_name text not null
past_exclusions.reason text not null
past_exclusions.note text not null
past_exclusions.until timestamp with time zone
past_exclusions.created_at timestamp with time zone not null
past_exclusions.actor_kind text not null
past_exclusions.actor_id uuid
past_exclusions.actor_name text not null
past_external_orgs.account_id uuid not null
past_external_orgs.id uuid not null
past_external_orgs.integration_id uuid not null
past_external_orgs.remote_id text collate "C" not null
past_external_orgs.name text not null
past_external_orgs.folded text collate "C" not null
past_external_orgs.match_name text collate "C"
past_external_orgs.created_at timestamp with time zone not null
past_integrations.account_id uuid not null
past_integrations.id uuid not null
past_integrations.until bigint not null
past_integrations.name text not null
past_integrations.application text not null
past_integrations.connected text not null
past_integrations.module_id text
past_integrations.schedule text not null
past_integrations.created_at timestamp with time zone not null
past_integrations.disconnected_at timestamp with time zone not null default clock_timestamp()
past_integrations.restorable_until timestamp with time zone
past_integrations.mappings integer not null
past_integrations.actor_kind text not null
past_integrations.actor_id uuid
past_integrations.actor_name text not null
past_mappings.account_id uuid not null
past_mappings.external_org_id uuid not null
past_mappings.since bigint not null
past_mappings.until bigint not null
past_mappings.id uuid not null
past_mappings.organization_id uuid not null
past_mappings.integration_id uuid not null
past_mappings.created_at timestamp with time zone not null
past_mappings.origin text not null
past_mappings.created_by text not null
past_mappings.creator_kind text
past_mappings.creator_id uuid
past_mappings.external_name text not null
past_mappings.renamed bigint not null default 0
past_names.account_id uuid not null
past_names.subject_id uuid not null
past_names.until bigint not null
past_names.name text not null
past_organizations.account_id uuid not null
past_organizations.id uuid not null
past_organizations.since bigint not null
past_organizations.until bigint not null
past_organizations.name text collate "C" not null
past_organizations.folded text collate "C" not null
past_organizations.active boolean not null
past_organizations.created_at timestamp with time zone not null
past_rejections.account_id uuid not null
past_rejections.position bigint not null
past_rejections.id uuid not null
past_rejections.external_org_id uuid not null
past_rejections.organization_id uuid not null
past_rejections.external_name text not null
past_rejections.organization_name text not null
past_rejections.created_at timestamp with time zone not null
past_rejections.actor_kind text not null
past_rejections.actor_id uuid
past_rejections.actor_name text not null
people.account_id uuid not null
people.id uuid not null
people.issuer text
people.subject text
people.name text not null
people.role text
people.claimed_at timestamp with time zone
people.blocked_at timestamp with time zone
people.created_at timestamp with time zone not null default now()
people.moved_at timestamp with time zone
people.folded text collate "C" not null default ''::text
people.email text
people.assigned_role text
people.merged_into uuid
refresh_changes.account_id uuid not null
refresh_changes.integration_id uuid not null
refresh_changes.run_id uuid not null
refresh_changes.changes jsonb not null
refresh_runs.account_id uuid not null
refresh_runs.id uuid not null
refresh_runs.integration_id uuid not null
refresh_runs.state text not null default 'QUEUED'::text
refresh_runs.fetched integer not null default 0
refresh_runs.total integer
refresh_runs.added integer not null default 0
refresh_runs.updated integer not null default 0
refresh_runs.removed integer not null default 0
refresh_runs.attempt integer not null default 1
refresh_runs.sequence bigint not null default 1
refresh_runs.accept_shrink boolean not null default false
refresh_runs.failure_code text
refresh_runs.failure_message text
refresh_runs.retry_at timestamp with time zone
refresh_runs.requested_by text not null
refresh_runs.job_id bigint
refresh_runs.lease_until timestamp with time zone
refresh_runs.queued_at timestamp with time zone not null default now()
refresh_runs.started_at timestamp with time zone
refresh_runs.finished_at timestamp with time zone
refresh_runs.updated_at timestamp with time zone not null default now()
refresh_runs.trace_parent text
refresh_runs.skipped integer not null default 0
refresh_runs.skipped_rows jsonb not null default '[]'::jsonb
refresh_runs.review_reason text
refresh_runs.accept_total_mismatch boolean not null default false
refresh_runs.requester_kind text
refresh_runs.requester_id uuid
rejections.account_id uuid not null
rejections.id uuid not null
rejections.external_org_id uuid not null
rejections.organization_id uuid not null
rejections.external_name text not null
rejections.organization_name text not null
rejections.created_at timestamp with time zone not null default clock_timestamp()
rejections.actor_kind text not null
rejections.actor_id uuid
rejections.actor_name text not null
sessions.account_id uuid not null
sessions.id uuid not null
sessions.person_id uuid
sessions.hash bytea not null
sessions.created_at timestamp with time zone not null default now()
sessions.expires_at timestamp with time zone not null
sessions.token_id uuid
sign_in_attempts.hash bytea not null
sign_in_attempts.expires_at timestamp with time zone not null
sign_in_codes.account_id uuid not null
sign_in_codes.token_id uuid not null
sign_in_codes.hash bytea not null
sign_in_codes.created_at timestamp with time zone not null default now()
sign_in_codes.expires_at timestamp with time zone not null
suggestion_changes.account_id uuid not null
suggestion_changes.integration_id uuid not null
suggestion_changes.sequence bigint not null
suggestion_changes.organization_ids uuid[]
suggestion_changes.changed_at timestamp with time zone not null default clock_timestamp()
suggestions.account_id uuid not null
suggestions.external_org_id uuid not null
suggestions.integration_id uuid not null
suggestions.state text not null
suggestions.organization_id uuid
suggestions.tier text
suggestions.score integer
suggestions.margin integer
suggestions.automatic boolean not null
suggestions.bulk boolean not null
suggestions.warnings text[] not null
suggestions.because text not null
suggestions.signals jsonb not null
suggestions.candidates jsonb not null
suggestions.digest bigint not null
suggestions.candidate_ids jsonb not null default jsonb_path_query_array(candidates, '$[*]."o"'::jsonpath)
vendor_calls.key bytea not null
vendor_calls.id uuid not null
vendor_calls.ends_until timestamp with time zone not null
vendor_keys.key bytea not null
vendor_keys.next_at timestamp with time zone not null default now()
vendor_keys.paused_until timestamp with time zone not null default now()
vendor_keys.used_at timestamp with time zone not null default now()

-- constraints
accounts accounts_external_organizations_check: CHECK (((external_organizations_used >= 0) AND (external_organizations_used <= external_organization_limit)))
accounts accounts_integrations_check: CHECK (((integrations_used >= 0) AND (integrations_used <= integration_limit)))
accounts accounts_name_check: CHECK (((name <> ''::text) AND (length(name) <= 200)))
accounts accounts_name_key: UNIQUE (name)
accounts accounts_organization_limit_check: CHECK ((organization_limit >= 0))
accounts accounts_pkey: PRIMARY KEY (id)
accounts accounts_quota_check: CHECK (((organizations_used >= 0) AND ((organization_limit IS NULL) OR (organizations_used <= organization_limit))))
accounts accounts_time_zone_check: CHECK (((time_zone <> ''::text) AND (length(time_zone) <= 100)))
aliases aliases_external_org_fkey: FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs(account_id, id) ON DELETE SET NULL (external_org_id)
aliases aliases_mapping_fkey: FOREIGN KEY (account_id, mapping_id) REFERENCES mappings(account_id, id) ON DELETE CASCADE
aliases aliases_organization_fkey: FOREIGN KEY (account_id, organization_id) REFERENCES organizations(account_id, id) ON DELETE CASCADE
aliases aliases_pinned_check: CHECK ((pinned = (mapping_id IS NULL)))
aliases aliases_pkey: PRIMARY KEY (account_id, id)
aliases aliases_source_key: UNIQUE (account_id, organization_id, external_org_id)
api_tokens api_tokens_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
api_tokens api_tokens_hash_key: UNIQUE (hash)
api_tokens api_tokens_name_check: CHECK (((name <> ''::text) AND (length(name) <= 200)))
api_tokens api_tokens_pkey: PRIMARY KEY (account_id, id)
api_tokens api_tokens_role_check: CHECK ((role = ANY (ARRAY['VIEWER'::text, 'EDITOR'::text, 'ADMIN'::text])))
audit_events audit_events_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
audit_events audit_events_actor_check: CHECK (((actor_kind = ANY (ARRAY['PERSON'::text, 'TOKEN'::text, 'SYSTEM'::text])) AND ((actor_kind = 'SYSTEM'::text) = (actor_id IS NULL))))
audit_events audit_events_failure_check: CHECK ((((failure = ANY (ARRAY['BLOCKED'::text, 'MOVED'::text])) AND (kind = 'SIGN_IN_FAILED'::text)) OR ((failure IS NULL) AND (kind <> 'SIGN_IN_FAILED'::text))))
audit_events audit_events_kind_check: CHECK ((kind = ANY (ARRAY['SIGNED_IN'::text, 'SIGNED_OUT'::text, 'SIGN_IN_FAILED'::text, 'SESSION_ENDED'::text, 'PERSON_ADDED'::text, 'PERSON_BLOCKED'::text, 'PERSON_UNBLOCKED'::text, 'ROLE_CHANGED'::text, 'TOKEN_CREATED'::text, 'TOKEN_REVOKED'::text])))
audit_events audit_events_pkey: PRIMARY KEY (account_id, at, id)
audit_events audit_events_subject_check: CHECK ((subject_kind = ANY (ARRAY['PERSON'::text, 'TOKEN'::text])))
automatic_mappings automatic_mappings_external_org_fkey: FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs(account_id, id) ON DELETE CASCADE
automatic_mappings automatic_mappings_organization_fkey: FOREIGN KEY (account_id, organization_id) REFERENCES organizations(account_id, id) ON DELETE CASCADE
automatic_mappings automatic_mappings_pkey: PRIMARY KEY (account_id, external_org_id, organization_id)
connections connections_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
connections connections_pkey: PRIMARY KEY (account_id, id)
exclusions exclusions_actor_check: CHECK (((actor_kind = ANY (ARRAY['PERSON'::text, 'TOKEN'::text, 'SYSTEM'::text])) AND ((actor_kind = 'SYSTEM'::text) = (actor_id IS NULL))))
exclusions exclusions_external_org_fkey: FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs(account_id, id) ON DELETE CASCADE
exclusions exclusions_note_check: CHECK ((length(note) <= 1000))
exclusions exclusions_pkey: PRIMARY KEY (account_id, external_org_id)
exclusions exclusions_reason_check: CHECK ((reason = ANY (ARRAY['NOT_A_CLIENT'::text, 'INTERNAL'::text, 'TEST'::text, 'VENDOR'::text, 'PROSPECT'::text, 'FORMER_CLIENT'::text, 'DUPLICATE'::text, 'OTHER'::text])))
exclusions exclusions_until_check: CHECK ((until > created_at))
external_org_lists external_org_lists_count: TRIGGER DEFERRABLE INITIALLY DEFERRED
external_org_lists external_org_lists_integration_fkey: FOREIGN KEY (account_id, integration_id) REFERENCES integrations(account_id, id) ON DELETE CASCADE
external_org_lists external_org_lists_organizations_check: CHECK ((organizations >= 0))
external_org_lists external_org_lists_pkey: PRIMARY KEY (account_id, integration_id)
external_orgs external_orgs_city_check: CHECK ((length(city) <= 200))
external_orgs external_orgs_integration_fkey: FOREIGN KEY (account_id, integration_id) REFERENCES integrations(account_id, id) ON DELETE CASCADE
external_orgs external_orgs_integration_key: UNIQUE (account_id, integration_id, id)
external_orgs external_orgs_pkey: PRIMARY KEY (account_id, id)
external_orgs external_orgs_remote_id_key: UNIQUE (account_id, integration_id, remote_id)
external_orgs external_orgs_website_check: CHECK ((length(website) <= 2000))
idempotency_keys idempotency_keys_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
idempotency_keys idempotency_keys_pkey: PRIMARY KEY (account_id, operation, key)
integrations integrations_connection_fkey: FOREIGN KEY (account_id, connection_id) REFERENCES connections(account_id, id) ON DELETE CASCADE
integrations integrations_module_key: UNIQUE NULLS NOT DISTINCT (account_id, connection_id, module_id)
integrations integrations_name_check: CHECK (((name <> ''::text) AND (length(name) <= 200)))
integrations integrations_name_key: UNIQUE (account_id, name)
integrations integrations_next_refresh_check: CHECK (((next_refresh_at IS NULL) = (schedule = 'OFF'::text)))
integrations integrations_pkey: PRIMARY KEY (account_id, id)
integrations integrations_schedule_check: CHECK ((schedule = ANY (ARRAY['OFF'::text, 'HOURLY'::text, 'EVERY_FOUR_HOURS'::text, 'EVERY_TWELVE_HOURS'::text, 'DAILY'::text])))
integrations integrations_source_check: CHECK ((source = ANY (ARRAY['API'::text, 'KASEYA_ONE'::text])))
integrations integrations_state_check: CHECK ((state = ANY (ARRAY['CONNECTED'::text, 'NEEDS_ATTENTION'::text, 'DISABLED'::text])))
journal journal_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
journal journal_actor_check: CHECK (((actor_kind = ANY (ARRAY['PERSON'::text, 'TOKEN'::text, 'SYSTEM'::text])) AND ((actor_kind <> 'SYSTEM'::text) OR (actor_id IS NULL))))
journal journal_kind_check: CHECK ((kind = ANY (ARRAY['ORGANIZATIONS'::text, 'MAPPINGS'::text, 'INTEGRATIONS'::text, 'DECISIONS'::text, 'GROUPS'::text, 'PEOPLE'::text, 'SETTINGS'::text])))
journal journal_pkey: PRIMARY KEY (account_id, "position")
journal_subjects journal_subjects_pkey: PRIMARY KEY (account_id, subject_id, "position")
mappings mappings_external_org_fkey: FOREIGN KEY (account_id, integration_id, external_org_id) REFERENCES external_orgs(account_id, integration_id, id) ON DELETE CASCADE
mappings mappings_external_org_key: UNIQUE (account_id, external_org_id)
mappings mappings_organization_fkey: FOREIGN KEY (account_id, organization_id) REFERENCES organizations(account_id, id)
mappings mappings_origin_check: CHECK ((origin = ANY (ARRAY['MANUAL'::text, 'IMPORT'::text, 'SUGGESTION'::text])))
mappings mappings_pkey: PRIMARY KEY (account_id, id)
matching_settings matching_settings_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
matching_settings matching_settings_pkey: PRIMARY KEY (account_id)
matchings matchings_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
matchings matchings_pkey: PRIMARY KEY (account_id)
organization_details organization_details_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
organization_details organization_details_engineer_fkey: FOREIGN KEY (account_id, engineer_id) REFERENCES people(account_id, id)
organization_details organization_details_note_check: CHECK ((length(note) <= 1000))
organization_details organization_details_pkey: PRIMARY KEY (account_id, organization_id)
organization_details organization_details_vcio_fkey: FOREIGN KEY (account_id, vcio_id) REFERENCES people(account_id, id)
organization_group_members organization_group_members_group_fkey: FOREIGN KEY (account_id, group_id) REFERENCES organization_groups(account_id, id)
organization_group_members organization_group_members_pkey: PRIMARY KEY (account_id, group_id, organization_id)
organization_groups organization_groups_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
organization_groups organization_groups_color_check: CHECK ((color = ANY (ARRAY['gold'::text, 'teal'::text, 'plum'::text, 'blue'::text, 'slate'::text, 'clay'::text])))
organization_groups organization_groups_name_check: CHECK (((name <> ''::text) AND (length(name) <= 100)))
organization_groups organization_groups_pkey: PRIMARY KEY (account_id, id)
organizations organizations_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
organizations organizations_name_check: CHECK (((name <> ''::text) AND (length(name) <= 200) AND (name !~ '[\u0001-\u001f\u007f-\u009f]'::text)))
organizations organizations_name_key: UNIQUE (account_id, name)
organizations organizations_pkey: PRIMARY KEY (account_id, id)
past_exclusions past_exclusions_pkey: PRIMARY KEY (account_id, "position", external_org_id)
past_external_orgs past_external_orgs_pkey: PRIMARY KEY (account_id, id)
past_integrations past_integrations_pkey: PRIMARY KEY (account_id, until, id)
past_mappings past_mappings_pkey: PRIMARY KEY (account_id, external_org_id, until)
past_names past_names_pkey: PRIMARY KEY (account_id, subject_id, until)
past_organizations past_organizations_pkey: PRIMARY KEY (account_id, id, until)
past_rejections past_rejections_pkey: PRIMARY KEY (account_id, "position", id)
people people_account_fkey: FOREIGN KEY (account_id) REFERENCES accounts(id)
people people_assigned_role_check: CHECK ((assigned_role = ANY (ARRAY['VIEWER'::text, 'EDITOR'::text, 'ADMIN'::text])))
people people_email_check: CHECK (((email <> ''::text) AND (length(email) <= 254)))
people people_merged_fkey: FOREIGN KEY (account_id, merged_into) REFERENCES people(account_id, id)
people people_name_check: CHECK (((name <> ''::text) AND (length(name) <= 200)))
people people_pkey: PRIMARY KEY (account_id, id)
people people_role_check: CHECK ((role = ANY (ARRAY['VIEWER'::text, 'EDITOR'::text, 'ADMIN'::text])))
people people_signed_in_check: CHECK ((num_nulls(issuer, subject, role, claimed_at) = ANY (ARRAY[0, 4])))
people people_subject_key: UNIQUE (account_id, issuer, subject)
refresh_changes refresh_changes_pkey: PRIMARY KEY (account_id, run_id)
refresh_changes refresh_changes_run_fkey: FOREIGN KEY (account_id, run_id) REFERENCES refresh_runs(account_id, id) ON DELETE CASCADE
refresh_runs refresh_runs_failure_code_check: CHECK ((failure_code = ANY (ARRAY['CREDENTIALS_REJECTED'::text, 'RATE_LIMITED'::text, 'VENDOR_UNAVAILABLE'::text, 'VENDOR_TIMEOUT'::text, 'BAD_RESPONSE'::text, 'QUOTA_EXCEEDED'::text, 'INTERNAL'::text])))
refresh_runs refresh_runs_finished_check: CHECK (((finished_at IS NULL) = (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]))))
refresh_runs refresh_runs_integration_fkey: FOREIGN KEY (account_id, integration_id) REFERENCES integrations(account_id, id) ON DELETE CASCADE
refresh_runs refresh_runs_lease_check: CHECK (((lease_until IS NOT NULL) = (state = 'RUNNING'::text)))
refresh_runs refresh_runs_pkey: PRIMARY KEY (account_id, id)
refresh_runs refresh_runs_review_reason_check: CHECK ((review_reason = ANY (ARRAY['SHRUNK'::text, 'TOTAL_MISMATCH'::text]))) NOT VALID
refresh_runs refresh_runs_state_check: CHECK ((state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLED'::text, 'NEEDS_REVIEW'::text])))
refresh_runs refresh_runs_trace_parent_check: CHECK ((length(trace_parent) <= 100))
rejections rejections_actor_check: CHECK (((actor_kind = ANY (ARRAY['PERSON'::text, 'TOKEN'::text, 'SYSTEM'::text])) AND ((actor_kind = 'SYSTEM'::text) = (actor_id IS NULL))))
rejections rejections_external_org_fkey: FOREIGN KEY (account_id, external_org_id) REFERENCES external_orgs(account_id, id) ON DELETE CASCADE
rejections rejections_organization_fkey: FOREIGN KEY (account_id, organization_id) REFERENCES organizations(account_id, id) ON DELETE CASCADE
rejections rejections_pair_key: UNIQUE (account_id, external_org_id, organization_id)
rejections rejections_pkey: PRIMARY KEY (account_id, id)
sessions sessions_hash_key: UNIQUE (hash)
sessions sessions_holder_check: CHECK ((num_nonnulls(person_id, token_id) = 1))
sessions sessions_person_fkey: FOREIGN KEY (account_id, person_id) REFERENCES people(account_id, id) ON DELETE CASCADE
sessions sessions_pkey: PRIMARY KEY (account_id, id)
sessions sessions_token_fkey: FOREIGN KEY (account_id, token_id) REFERENCES api_tokens(account_id, id) ON DELETE CASCADE
sign_in_attempts sign_in_attempts_pkey: PRIMARY KEY (hash)
sign_in_codes sign_in_codes_pkey: PRIMARY KEY (hash)
sign_in_codes sign_in_codes_token_fkey: FOREIGN KEY (account_id, token_id) REFERENCES api_tokens(account_id, id) ON DELETE CASCADE
suggestion_changes suggestion_changes_integration_fkey: FOREIGN KEY (account_id, integration_id) REFERENCES integrations(account_id, id) ON DELETE CASCADE
suggestion_changes suggestion_changes_pkey: PRIMARY KEY (account_id, integration_id)
suggestions suggestions_external_org_fkey: FOREIGN KEY (account_id, integration_id, external_org_id) REFERENCES external_orgs(account_id, integration_id, id) ON DELETE CASCADE
suggestions suggestions_organization_fkey: FOREIGN KEY (account_id, organization_id) REFERENCES organizations(account_id, id)
suggestions suggestions_pkey: PRIMARY KEY (account_id, external_org_id)
suggestions suggestions_state_check: CHECK ((state = ANY (ARRAY['SUGGESTED'::text, 'NEEDS_DECISION'::text, 'CONFLICT'::text])))
suggestions suggestions_suggested_check: CHECK ((((state = 'SUGGESTED'::text) = (organization_id IS NOT NULL)) AND ((state = 'SUGGESTED'::text) = (tier IS NOT NULL)) AND ((state = 'SUGGESTED'::text) = (score IS NOT NULL)) AND ((state = 'SUGGESTED'::text) = (because = ''::text))))
suggestions suggestions_tier_check: CHECK ((tier = ANY (ARRAY['IDENTITY'::text, 'EXACT'::text, 'NORMALIZED'::text, 'STRONG'::text, 'WEAK'::text])))
vendor_calls vendor_calls_key_fkey: FOREIGN KEY (key) REFERENCES vendor_keys(key) ON DELETE CASCADE
vendor_calls vendor_calls_pkey: PRIMARY KEY (key, id)
vendor_keys vendor_keys_pkey: PRIMARY KEY (key)

-- indexes
CREATE INDEX aliases_external_org_idx ON public.aliases USING btree (account_id, external_org_id) WHERE (external_org_id IS NOT NULL)
CREATE INDEX aliases_mapping_idx ON public.aliases USING btree (account_id, mapping_id) WHERE (mapping_id IS NOT NULL)
CREATE INDEX audit_events_at_idx ON public.audit_events USING btree (at)
CREATE INDEX audit_events_failed_idx ON public.audit_events USING btree (account_id, subject_id, at) WHERE (kind = 'SIGN_IN_FAILED'::text)
CREATE INDEX automatic_mappings_organization_idx ON public.automatic_mappings USING btree (account_id, organization_id)
CREATE INDEX exclusions_until_idx ON public.exclusions USING btree (until) WHERE (until IS NOT NULL)
CREATE INDEX external_orgs_folded_idx ON public.external_orgs USING btree (account_id, integration_id, folded, id) INCLUDE (removed_at)
CREATE INDEX external_orgs_match_name_idx ON public.external_orgs USING btree (account_id, integration_id, match_name) WHERE (removed_at IS NULL)
CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at)
CREATE INDEX integrations_next_refresh_idx ON public.integrations USING btree (next_refresh_at) WHERE (state = 'CONNECTED'::text)
CREATE INDEX journal_account_at_idx ON public.journal USING btree (account_id, at)
CREATE INDEX journal_action_idx ON public.journal USING btree (account_id, action, "position")
CREATE INDEX journal_actor_idx ON public.journal USING btree (account_id, actor_id, "position") WHERE (actor_id IS NOT NULL)
CREATE INDEX journal_at_idx ON public.journal USING btree (at)
CREATE INDEX journal_subjects_position_idx ON public.journal_subjects USING btree (account_id, "position")
CREATE INDEX journal_undoes_idx ON public.journal USING btree (account_id, undoes) WHERE (undoes IS NOT NULL)
CREATE INDEX mappings_cell_idx ON public.mappings USING btree (account_id, organization_id, integration_id) INCLUDE (external_org_id)
CREATE INDEX mappings_integration_idx ON public.mappings USING btree (account_id, integration_id, external_org_id)
CREATE INDEX organization_details_engineer_idx ON public.organization_details USING btree (account_id, engineer_id, organization_id) WHERE (engineer_id IS NOT NULL)
CREATE INDEX organization_details_vcio_idx ON public.organization_details USING btree (account_id, vcio_id, organization_id) WHERE (vcio_id IS NOT NULL)
CREATE INDEX organization_group_members_organization_idx ON public.organization_group_members USING btree (account_id, organization_id, group_id) WHERE member
CREATE INDEX organizations_created_at_idx ON public.organizations USING btree (account_id, created_at, id)
CREATE INDEX organizations_folded_idx ON public.organizations USING btree (account_id, folded, id) INCLUDE (active, name, created_at, updated_at)
CREATE INDEX past_external_orgs_integration_idx ON public.past_external_orgs USING btree (account_id, integration_id)
CREATE INDEX past_integrations_restorable_idx ON public.past_integrations USING btree (restorable_until) WHERE (restorable_until IS NOT NULL)
CREATE INDEX past_mappings_organization_idx ON public.past_mappings USING btree (account_id, organization_id, until) INCLUDE (since)
CREATE INDEX past_names_until_idx ON public.past_names USING btree (account_id, until)
CREATE INDEX past_organizations_folded_idx ON public.past_organizations USING btree (account_id, folded, id)
CREATE INDEX people_folded_idx ON public.people USING btree (account_id, folded, id) WHERE (merged_into IS NULL)
CREATE INDEX people_subject_idx ON public.people USING btree (issuer, subject)
CREATE INDEX refresh_changes_newest_idx ON public.refresh_changes USING btree (account_id, integration_id, run_id DESC)
CREATE INDEX refresh_runs_newest_idx ON public.refresh_runs USING btree (account_id, integration_id, id DESC)
CREATE INDEX refresh_runs_unfinished_idx ON public.refresh_runs USING btree (lease_until) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]))
CREATE INDEX refresh_runs_updated_at_idx ON public.refresh_runs USING btree (account_id, updated_at)
CREATE INDEX rejections_organization_idx ON public.rejections USING btree (account_id, organization_id)
CREATE INDEX sessions_expires_at_idx ON public.sessions USING btree (expires_at)
CREATE INDEX sessions_person_idx ON public.sessions USING btree (account_id, person_id)
CREATE INDEX sessions_token_idx ON public.sessions USING btree (account_id, token_id)
CREATE INDEX sign_in_attempts_expires_at_idx ON public.sign_in_attempts USING btree (expires_at)
CREATE INDEX sign_in_codes_expires_at_idx ON public.sign_in_codes USING btree (expires_at)
CREATE INDEX sign_in_codes_token_idx ON public.sign_in_codes USING btree (account_id, token_id)
CREATE INDEX suggestions_candidates_idx ON public.suggestions USING btree (account_id, integration_id, external_org_id) INCLUDE (candidate_ids, state) WHERE (candidate_ids <> '[]'::jsonb)
CREATE INDEX suggestions_integration_idx ON public.suggestions USING btree (account_id, integration_id, external_org_id) INCLUDE (state, tier, score, automatic)
CREATE INDEX suggestions_organization_idx ON public.suggestions USING btree (account_id, organization_id, integration_id, external_org_id) WHERE (organization_id IS NOT NULL)
CREATE INDEX vendor_keys_used_at_idx ON public.vendor_keys USING btree (used_at)
CREATE UNIQUE INDEX accounts_name_key ON public.accounts USING btree (name)
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (id)
CREATE UNIQUE INDEX aliases_pkey ON public.aliases USING btree (account_id, id)
CREATE UNIQUE INDEX aliases_source_key ON public.aliases USING btree (account_id, organization_id, external_org_id)
CREATE UNIQUE INDEX api_tokens_hash_key ON public.api_tokens USING btree (hash)
CREATE UNIQUE INDEX api_tokens_pkey ON public.api_tokens USING btree (account_id, id)
CREATE UNIQUE INDEX audit_events_pkey ON public.audit_events USING btree (account_id, at, id)
CREATE UNIQUE INDEX automatic_mappings_pkey ON public.automatic_mappings USING btree (account_id, external_org_id, organization_id)
CREATE UNIQUE INDEX connections_pkey ON public.connections USING btree (account_id, id)
CREATE UNIQUE INDEX exclusions_pkey ON public.exclusions USING btree (account_id, external_org_id)
CREATE UNIQUE INDEX external_org_lists_pkey ON public.external_org_lists USING btree (account_id, integration_id)
CREATE UNIQUE INDEX external_orgs_integration_key ON public.external_orgs USING btree (account_id, integration_id, id)
CREATE UNIQUE INDEX external_orgs_pkey ON public.external_orgs USING btree (account_id, id)
CREATE UNIQUE INDEX external_orgs_remote_id_key ON public.external_orgs USING btree (account_id, integration_id, remote_id)
CREATE UNIQUE INDEX idempotency_keys_pkey ON public.idempotency_keys USING btree (account_id, operation, key)
CREATE UNIQUE INDEX integrations_module_key ON public.integrations USING btree (account_id, connection_id, module_id) NULLS NOT DISTINCT
CREATE UNIQUE INDEX integrations_name_key ON public.integrations USING btree (account_id, name)
CREATE UNIQUE INDEX integrations_pkey ON public.integrations USING btree (account_id, id)
CREATE UNIQUE INDEX journal_pkey ON public.journal USING btree (account_id, "position")
CREATE UNIQUE INDEX journal_subjects_pkey ON public.journal_subjects USING btree (account_id, subject_id, "position")
CREATE UNIQUE INDEX mappings_external_org_key ON public.mappings USING btree (account_id, external_org_id)
CREATE UNIQUE INDEX mappings_pkey ON public.mappings USING btree (account_id, id)
CREATE UNIQUE INDEX matching_settings_pkey ON public.matching_settings USING btree (account_id)
CREATE UNIQUE INDEX matchings_pkey ON public.matchings USING btree (account_id)
CREATE UNIQUE INDEX organization_details_pkey ON public.organization_details USING btree (account_id, organization_id)
CREATE UNIQUE INDEX organization_group_members_pkey ON public.organization_group_members USING btree (account_id, group_id, organization_id)
CREATE UNIQUE INDEX organization_groups_name_key ON public.organization_groups USING btree (account_id, folded) WHERE (NOT removed)
CREATE UNIQUE INDEX organization_groups_pkey ON public.organization_groups USING btree (account_id, id)
CREATE UNIQUE INDEX organizations_name_key ON public.organizations USING btree (account_id, name)
CREATE UNIQUE INDEX organizations_pkey ON public.organizations USING btree (account_id, id)
CREATE UNIQUE INDEX past_exclusions_pkey ON public.past_exclusions USING btree (account_id, "position", external_org_id)
CREATE UNIQUE INDEX past_external_orgs_pkey ON public.past_external_orgs USING btree (account_id, id)
CREATE UNIQUE INDEX past_integrations_pkey ON public.past_integrations USING btree (account_id, until, id)
CREATE UNIQUE INDEX past_mappings_pkey ON public.past_mappings USING btree (account_id, external_org_id, until)
CREATE UNIQUE INDEX past_names_pkey ON public.past_names USING btree (account_id, subject_id, until)
CREATE UNIQUE INDEX past_organizations_pkey ON public.past_organizations USING btree (account_id, id, until)
CREATE UNIQUE INDEX past_rejections_pkey ON public.past_rejections USING btree (account_id, "position", id)
CREATE UNIQUE INDEX people_added_email_key ON public.people USING btree (account_id, email) WHERE ((issuer IS NULL) AND (merged_into IS NULL))
CREATE UNIQUE INDEX people_pkey ON public.people USING btree (account_id, id)
CREATE UNIQUE INDEX people_subject_key ON public.people USING btree (account_id, issuer, subject)
CREATE UNIQUE INDEX refresh_changes_pkey ON public.refresh_changes USING btree (account_id, run_id)
CREATE UNIQUE INDEX refresh_runs_live_key ON public.refresh_runs USING btree (account_id, integration_id) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]))
CREATE UNIQUE INDEX refresh_runs_pkey ON public.refresh_runs USING btree (account_id, id)
CREATE UNIQUE INDEX rejections_pair_key ON public.rejections USING btree (account_id, external_org_id, organization_id)
CREATE UNIQUE INDEX rejections_pkey ON public.rejections USING btree (account_id, id)
CREATE UNIQUE INDEX sessions_hash_key ON public.sessions USING btree (hash)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (account_id, id)
CREATE UNIQUE INDEX sign_in_attempts_pkey ON public.sign_in_attempts USING btree (hash)
CREATE UNIQUE INDEX sign_in_codes_pkey ON public.sign_in_codes USING btree (hash)
CREATE UNIQUE INDEX suggestion_changes_pkey ON public.suggestion_changes USING btree (account_id, integration_id)
CREATE UNIQUE INDEX suggestions_pkey ON public.suggestions USING btree (account_id, external_org_id)
CREATE UNIQUE INDEX vendor_calls_pkey ON public.vendor_calls USING btree (key, id)
CREATE UNIQUE INDEX vendor_keys_pkey ON public.vendor_keys USING btree (key)

-- triggers
CREATE CONSTRAINT TRIGGER external_org_lists_count AFTER INSERT OR DELETE OR UPDATE ON public.external_org_lists DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_account_external_orgs()
CREATE TRIGGER api_tokens_audit_insert AFTER INSERT ON public.api_tokens FOR EACH ROW EXECUTE FUNCTION audit_token()
CREATE TRIGGER api_tokens_audit_update AFTER UPDATE ON public.api_tokens FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION audit_token()
CREATE TRIGGER api_tokens_keep_an_admin AFTER UPDATE OF revoked_at ON public.api_tokens FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION keep_an_admin_token()
CREATE TRIGGER external_orgs_count_delete AFTER DELETE ON public.external_orgs REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes()
CREATE TRIGGER external_orgs_count_insert AFTER INSERT ON public.external_orgs REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes()
CREATE TRIGGER external_orgs_count_update AFTER UPDATE ON public.external_orgs REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes()
CREATE TRIGGER external_orgs_stay BEFORE UPDATE OF account_id, integration_id ON public.external_orgs FOR EACH ROW WHEN (((old.account_id IS DISTINCT FROM new.account_id) OR (old.integration_id IS DISTINCT FROM new.integration_id))) EXECUTE FUNCTION keep_external_org_in_its_list()
CREATE TRIGGER integrations_count_delete AFTER DELETE ON public.integrations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_integrations()
CREATE TRIGGER integrations_count_insert AFTER INSERT ON public.integrations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_integrations()
CREATE TRIGGER mappings_begin BEFORE INSERT ON public.mappings FOR EACH ROW WHEN ((new.since IS NULL)) EXECUTE FUNCTION begin_interval()
CREATE TRIGGER mappings_decisions AFTER INSERT ON public.mappings REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION end_decisions()
CREATE TRIGGER mappings_keep AFTER DELETE ON public.mappings REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_mappings()
CREATE TRIGGER mappings_name BEFORE INSERT ON public.mappings FOR EACH ROW WHEN (((new.external_name IS NULL) OR (new.external_folded IS NULL))) EXECUTE FUNCTION name_mapping()
CREATE TRIGGER organization_details_begin BEFORE INSERT OR UPDATE ON public.organization_details FOR EACH ROW EXECUTE FUNCTION begin_details()
CREATE TRIGGER organization_group_members_begin BEFORE INSERT OR UPDATE ON public.organization_group_members FOR EACH ROW EXECUTE FUNCTION begin_membership()
CREATE TRIGGER organization_groups_begin BEFORE INSERT OR UPDATE ON public.organization_groups FOR EACH ROW EXECUTE FUNCTION begin_group()
CREATE TRIGGER organizations_begin BEFORE INSERT ON public.organizations FOR EACH ROW WHEN ((new.since IS NULL)) EXECUTE FUNCTION begin_interval()
CREATE TRIGGER organizations_count_delete AFTER DELETE ON public.organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations()
CREATE TRIGGER organizations_count_insert AFTER INSERT ON public.organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations()
CREATE TRIGGER organizations_count_update AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_active_organizations()
CREATE TRIGGER organizations_keep_delete AFTER DELETE ON public.organizations REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_organizations()
CREATE TRIGGER organizations_keep_update BEFORE UPDATE ON public.organizations FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.active IS DISTINCT FROM new.active))) EXECUTE FUNCTION keep_organization()
CREATE TRIGGER people_audit_insert AFTER INSERT ON public.people FOR EACH ROW EXECUTE FUNCTION audit_person()
CREATE TRIGGER people_audit_update AFTER UPDATE ON public.people FOR EACH ROW WHEN (((COALESCE(new.assigned_role, new.role) IS DISTINCT FROM COALESCE(old.assigned_role, old.role)) OR ((new.blocked_at IS NULL) <> (old.blocked_at IS NULL)))) EXECUTE FUNCTION audit_person()
CREATE TRIGGER people_keep_an_admin AFTER UPDATE OF assigned_role, blocked_at ON public.people FOR EACH ROW WHEN (((new.assigned_role IS DISTINCT FROM old.assigned_role) OR (new.blocked_at IS DISTINCT FROM old.blocked_at))) EXECUTE FUNCTION keep_an_admin()
CREATE TRIGGER sessions_audit AFTER INSERT OR DELETE ON public.sessions FOR EACH ROW EXECUTE FUNCTION audit_session()

-- functions
CREATE OR REPLACE FUNCTION public.acting(otherwise text, OUT kind text, OUT id uuid, OUT name text)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    named jsonb := nullif(current_setting('app.actor', true), '')::jsonb;
BEGIN
    kind := coalesce(named ->> 'kind', 'SYSTEM');
    id := (named ->> 'id')::uuid;
    name := coalesce(named ->> 'name', otherwise);
END
$function$

CREATE OR REPLACE FUNCTION public.active_people(accounts uuid[], people uuid[])
 RETURNS TABLE(account_id uuid, id uuid, name text, role text)
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    setting text;
BEGIN
    FOR account_id, id IN SELECT * FROM unnest(accounts, people) LOOP
        setting := set_config('app.account_id', account_id::text, true);
        SELECT p.name, coalesce(p.assigned_role, p.role) INTO name, role FROM people AS p
            WHERE p.account_id = active_people.account_id AND p.id = active_people.id
                AND p.blocked_at IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.analyze_external_orgs()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ ANALYZE external_orgs, mappings $function$

CREATE OR REPLACE FUNCTION public.audit_failed_sign_in(account uuid, person uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    called text;
    reason text;
BEGIN
    SELECT p.name, CASE WHEN p.blocked_at IS NOT NULL THEN 'BLOCKED' WHEN p.moved_at > p.claimed_at THEN 'MOVED' END INTO called, reason
    FROM people AS p WHERE p.account_id = account AND p.id = person FOR NO KEY UPDATE; -- one after the other
    IF reason IS NULL OR EXISTS (SELECT FROM audit_events AS e WHERE e.account_id = account AND e.subject_id = person
            AND e.kind = 'SIGN_IN_FAILED' AND e.at > now() - interval '10 minutes') THEN
        RETURN;
    END IF;
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, failure)
    VALUES (account, 'SIGN_IN_FAILED', 'PERSON', person, called, 'PERSON', person, called, reason);
END
$function$

CREATE OR REPLACE FUNCTION public.audit_person()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    role     text := coalesce(NEW.assigned_role, NEW.role);
    previous text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, role)
        SELECT NEW.account_id, 'PERSON_ADDED', a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name, role FROM acting('Identity provider') AS a;
        RETURN NULL;
    END IF;
    previous := coalesce(OLD.assigned_role, OLD.role);
    IF role IS DISTINCT FROM previous THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, previous_role, role)
        SELECT NEW.account_id, 'ROLE_CHANGED', a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name, previous, role FROM acting('Identity provider') AS a;
    END IF;
    IF (NEW.blocked_at IS NULL) <> (OLD.blocked_at IS NULL) THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name)
        SELECT NEW.account_id, CASE WHEN NEW.blocked_at IS NULL THEN 'PERSON_UNBLOCKED' ELSE 'PERSON_BLOCKED' END,
            a.kind, a.id, a.name, 'PERSON', NEW.id, NEW.name FROM acting('Operator') AS a;
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.audit_session()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    session sessions;
    event audit_events;
    moved boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        session := NEW;
    ELSE
        session := OLD;
    END IF;
    IF session.expires_at <= now() THEN
        RETURN NULL;
    END IF;
    IF session.person_id IS NOT NULL THEN
        event.subject_kind := 'PERSON';
        SELECT p.id, p.name, coalesce(p.moved_at > p.claimed_at, false) INTO event.subject_id, event.subject_name, moved
        FROM people AS p WHERE p.account_id = session.account_id AND p.id = session.person_id;
    ELSE
        event.subject_kind := 'TOKEN';
        SELECT t.id, t.name, false INTO event.subject_id, event.subject_name, moved
        FROM api_tokens AS t WHERE t.account_id = session.account_id AND t.id = session.token_id;
    END IF;
    IF NOT FOUND THEN -- it goes with its holder
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND moved THEN
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name)
        VALUES (session.account_id, 'SESSION_ENDED', 'SYSTEM', 'Identity provider', event.subject_kind, event.subject_id, event.subject_name);
    ELSE
        INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name)
        VALUES (session.account_id, CASE TG_OP WHEN 'INSERT' THEN 'SIGNED_IN' ELSE 'SIGNED_OUT' END,
            event.subject_kind, event.subject_id, event.subject_name, event.subject_kind, event.subject_id, event.subject_name);
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.audit_token()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO audit_events (account_id, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, role)
    SELECT NEW.account_id, CASE TG_OP WHEN 'INSERT' THEN 'TOKEN_CREATED' ELSE 'TOKEN_REVOKED' END, a.kind, a.id, a.name, 'TOKEN', NEW.id, NEW.name, NEW.role
    FROM acting('Operator') AS a;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.bearers(hashes bytea[])
 RETURNS TABLE(hash bytea, account_id uuid, id uuid, name text, role text, journal_position bigint, written_by xid, unnoted boolean, kind text)
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
DECLARE
    opened uuid; -- the account that was read last
    person uuid; -- whose session it is
    token uuid;
    setting text;
BEGIN
    FOREACH hash IN ARRAY hashes LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT t.account_id, t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour', 'TOKEN'
        INTO account_id, id, name, role, unnoted, kind FROM api_tokens AS t
        WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF NOT FOUND THEN
            SELECT s.account_id, s.person_id, s.token_id INTO account_id, person, token FROM sessions AS s
            WHERE s.hash = bearers.hash AND s.expires_at > now();
            CONTINUE WHEN NOT FOUND;
            setting := set_config('app.account_id', account_id::text, true);
            IF person IS NOT NULL THEN
                SELECT p.id, p.name, coalesce(p.assigned_role, p.role), false, 'PERSON' INTO id, name, role, unnoted, kind FROM people AS p
                WHERE p.account_id = bearers.account_id AND p.id = person AND p.blocked_at IS NULL
                    AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at);
            ELSE
                SELECT t.id, t.name, t.role, t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour', 'TOKEN'
                INTO id, name, role, unnoted, kind FROM api_tokens AS t
                WHERE t.account_id = bearers.account_id AND t.id = token
                    AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
            END IF;
            setting := set_config('app.account_id', '', true);
            CONTINUE WHEN NOT FOUND;
        END IF;
        IF account_id IS DISTINCT FROM opened THEN
            setting := set_config('app.account_id', account_id::text, true);
            SELECT a.journal_position, a.xmin INTO STRICT journal_position, written_by FROM accounts AS a WHERE a.id = bearers.account_id;
            setting := set_config('app.account_id', '', true);
            opened := account_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.begin_details()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$

CREATE OR REPLACE FUNCTION public.begin_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.name, OLD.color, OLD.archived, OLD.removed) IS DISTINCT FROM (NEW.name, NEW.color, NEW.archived, NEW.removed) THEN
        NEW.since := next_position(NEW.account_id);
    END IF;
    RETURN NEW;
END
$function$

CREATE OR REPLACE FUNCTION public.begin_interval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.since := next_position(NEW.account_id);
    RETURN NEW;
END
$function$

CREATE OR REPLACE FUNCTION public.begin_membership()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.member <> NEW.member THEN
        NEW.since := next_position(NEW.account_id);
    END IF;
    RETURN NEW;
END
$function$

CREATE OR REPLACE FUNCTION public.block_person(person uuid, blocked boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE people AS p SET blocked_at = CASE WHEN blocked THEN now() END
    WHERE p.account_id = current_account_id() AND p.id = person AND (p.blocked_at IS NOT NULL) <> blocked AND role_of_actor() = 'ADMIN';
    RETURN FOUND;
END
$function$

CREATE OR REPLACE FUNCTION public.close_sessions(hashes bytea[])
 RETURNS TABLE(hash bytea, account_id uuid, person_id uuid, token_id uuid)
 LANGUAGE plpgsql
AS $function$
DECLARE
    setting text;
BEGIN
    FOR hash IN SELECT * FROM unnest(hashes) AS h ORDER BY h LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT s.account_id INTO account_id FROM sessions AS s WHERE s.hash = close_sessions.hash;
        CONTINUE WHEN NOT FOUND;
        setting := set_config('app.account_id', account_id::text, true);
        DELETE FROM sessions AS s WHERE s.account_id = close_sessions.account_id AND s.hash = close_sessions.hash
            RETURNING s.person_id, s.token_id INTO person_id, token_id;
        setting := set_config('app.account_id', '', true);
        CONTINUE WHEN NOT FOUND; -- another server was faster
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.code_holders(hashes bytea[])
 RETURNS TABLE(hash bytea, account_id uuid, id uuid, name text, role text)
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    token uuid;
    setting text;
BEGIN
    FOREACH hash IN ARRAY hashes LOOP
        setting := set_config('app.token_hash', encode(hash, 'hex'), true);
        SELECT c.account_id, c.token_id INTO account_id, token FROM sign_in_codes AS c
        WHERE c.hash = code_holders.hash AND c.expires_at > now();
        CONTINUE WHEN NOT FOUND;
        setting := set_config('app.account_id', account_id::text, true);
        SELECT t.id, t.name, t.role INTO id, name, role FROM api_tokens AS t
        WHERE t.account_id = code_holders.account_id AND t.id = token
            AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
        IF FOUND THEN
            RETURN NEXT;
        END IF;
        setting := set_config('app.account_id', '', true);
    END LOOP;
    setting := set_config('app.token_hash', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.count_account_external_orgs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    delta integer := coalesce(NEW.organizations, 0) - coalesce(OLD.organizations, 0);
BEGIN
    IF delta <> 0 THEN
        UPDATE accounts SET external_organizations_used = external_organizations_used + delta WHERE id = coalesce(NEW.account_id, OLD.account_id);
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.count_active_organizations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM new_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE accounts SET organizations_used = organizations_used - moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM old_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, sum(weight) AS delta
              FROM (SELECT account_id, active::integer AS weight FROM new_rows
                    UNION ALL
                    SELECT account_id, -active::integer FROM old_rows) AS both_sides
              GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.count_external_org_writes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO external_org_lists AS l (account_id, integration_id, version, organizations)
        SELECT i.account_id, i.id, new_version(), w.many
        FROM (SELECT account_id, integration_id, count(*) AS many FROM written GROUP BY account_id, integration_id) AS w
        JOIN integrations AS i ON i.account_id = w.account_id AND i.id = w.integration_id
        ORDER BY i.account_id, i.id
        ON CONFLICT (account_id, integration_id) DO UPDATE SET version = EXCLUDED.version, organizations = l.organizations + EXCLUDED.organizations;
    ELSE -- of a list that has had an insert, and so has a row
        UPDATE external_org_lists AS l
        SET version = new_version(), organizations = l.organizations - CASE TG_OP WHEN 'DELETE' THEN w.many ELSE 0 END
        FROM (SELECT account_id, integration_id, count(*) AS many FROM written GROUP BY account_id, integration_id) AS w
        WHERE l.account_id = w.account_id AND l.integration_id = w.integration_id;
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.count_integrations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET integrations_used = integrations_used + moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM new_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET integrations_used = integrations_used - moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM old_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.create_api_token(token uuid, called text, given text, hash bytea, expires_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    own text := role_of_actor();
BEGIN
    IF own IS DISTINCT FROM 'ADMIN' OR role_rank(given) > role_rank(own) THEN
        RETURN false;
    END IF;
    INSERT INTO api_tokens (account_id, id, name, role, hash, expires_at, creator_kind, creator_id, creator_name)
    SELECT current_account_id(), token, called, given, create_api_token.hash, create_api_token.expires_at, a.kind, a.id, a.name FROM acting('') AS a;
    RETURN true;
END
$function$

CREATE OR REPLACE FUNCTION public.current_account_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT nullif(current_setting('app.account_id', true), '')::uuid $function$

CREATE OR REPLACE FUNCTION public.due_integrations()
 RETURNS TABLE(account_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        SELECT i.account_id, i.id FROM integrations AS i WHERE i.state = 'CONNECTED' AND i.next_refresh_at <= now()
        ORDER BY i.next_refresh_at LIMIT 100
    $function$

CREATE OR REPLACE FUNCTION public.end_decisions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    WITH gone AS (
        DELETE FROM exclusions AS e USING made WHERE e.account_id = made.account_id AND e.external_org_id = made.external_org_id RETURNING e.*
    )
    INSERT INTO past_exclusions (account_id, position, external_org_id, external_name, reason, note, until, created_at, actor_kind, actor_id, actor_name)
    SELECT g.account_id, next_position(g.account_id), g.external_org_id, g.external_name, g.reason, g.note, g.until, g.created_at, g.actor_kind, g.actor_id, g.actor_name FROM gone AS g
    ON CONFLICT DO NOTHING;
    WITH gone AS (
        DELETE FROM rejections AS r USING made
        WHERE r.account_id = made.account_id AND r.external_org_id = made.external_org_id AND r.organization_id = made.organization_id RETURNING r.*
    )
    INSERT INTO past_rejections (account_id, position, id, external_org_id, organization_id, external_name, organization_name, created_at, actor_kind, actor_id, actor_name)
    SELECT g.account_id, next_position(g.account_id), g.id, g.external_org_id, g.organization_id, g.external_name, g.organization_name, g.created_at, g.actor_kind, g.actor_id, g.actor_name FROM gone AS g
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.forget_person(account uuid, person uuid, replacement text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    known   text;
    target  record;
    changed bigint;
    total   bigint := 0;
BEGIN
    PERFORM set_config('app.account_id', account::text, true);
    SELECT p.name INTO known FROM people AS p WHERE p.account_id = account AND p.id = person;
    FOR target IN SELECT * FROM (VALUES
        ('people', 'name', 'id'), ('journal', 'actor', 'actor_id'), ('mappings', 'created_by', 'creator_id'), ('past_mappings', 'created_by', 'creator_id'),
        ('refresh_runs', 'requested_by', 'requester_id'), ('exclusions', 'actor_name', 'actor_id'), ('past_exclusions', 'actor_name', 'actor_id'),
        ('rejections', 'actor_name', 'actor_id'), ('past_rejections', 'actor_name', 'actor_id'), ('past_integrations', 'actor_name', 'actor_id'),
        ('audit_events', 'actor_name', 'actor_id'), ('audit_events', 'subject_name', 'subject_id'), ('api_tokens', 'creator_name', 'creator_id')
    ) AS t (held, name, id)
    LOOP
        EXECUTE format('UPDATE %I SET %I = $3 WHERE account_id = $1 AND (%I = $2 OR %I IS NULL AND %I = $4) AND %I <> $3',
            target.held, target.name, target.id, target.id, target.name, target.name) USING account, person, replacement, known;
        GET DIAGNOSTICS changed = ROW_COUNT;
        total := total + changed;
    END LOOP;
    UPDATE aliases AS a SET created_by = replacement WHERE a.account_id = account AND a.created_by = known;
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    UPDATE people AS p SET email = NULL, folded = lower(replacement) WHERE p.account_id = account AND p.id = person;
    -- Edits name people as what they are about, as the value of a field, and as the authors of decisions.
    UPDATE journal AS j SET edits = regexp_replace(regexp_replace(j.edits::text,
            '"id":"' || person || '","name":"([^"\\]|\\.)*"', '"id":"' || person || '","name":' || to_json(replacement)::text, 'g'),
            '"(before|after)":"(?:[^"\\]|\\.)*","(before|after)Id":"' || person || '"', '"\1":' || to_json(replacement)::text || ',"\2Id":"' || person || '"', 'g')::json
    WHERE j.account_id = account AND j.edits::text LIKE '%d":"' || person || '"%';
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    UPDATE journal AS j SET edits = regexp_replace(j.edits::text, '"Name":"([^"\\]|\\.)*","ID":"' || person || '"', '"Name":' || to_json(replacement)::text || ',"ID":"' || person || '"', 'g')::json
    WHERE j.account_id = account AND j.edits::text LIKE '%"ID":"' || person || '"%';
    GET DIAGNOSTICS changed = ROW_COUNT;
    UPDATE accounts AS a SET history_position = a.history_position WHERE a.id = account;
    RETURN total + changed;
END
$function$

CREATE OR REPLACE FUNCTION public.is_admin(person people)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN ((COALESCE((person).assigned_role, (person).role) = 'ADMIN'::text) AND ((person).blocked_at IS NULL) AND ((person).merged_into IS NULL) AND ((person).claimed_at IS NOT NULL) AND (((person).moved_at IS NULL) OR ((person).moved_at <= (person).claimed_at)))

CREATE OR REPLACE FUNCTION public.journal_heads(accounts uuid[])
 RETURNS TABLE(account_id uuid, journal_position bigint)
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        SELECT a.journal_position INTO journal_position FROM accounts AS a WHERE a.id = journal_heads.account_id;
        CONTINUE WHEN NOT FOUND;
        RETURN NEXT;
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.journal_positions()
 RETURNS TABLE(id uuid, journal_position bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT a.id, a.journal_position FROM accounts AS a $function$

CREATE OR REPLACE FUNCTION public.keep_an_admin()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF current_user = 'orgmap_operator' OR NOT is_admin(OLD) OR is_admin(NEW) THEN
        RETURN NULL;
    END IF;
    PERFORM FROM accounts AS a WHERE a.id = NEW.account_id FOR NO KEY UPDATE; -- two admins cannot block each other
    IF NOT EXISTS (SELECT FROM people AS p WHERE p.account_id = NEW.account_id AND p.id <> NEW.id AND is_admin(p)) THEN
        RAISE EXCEPTION 'the account would have no admin left' USING ERRCODE = 'check_violation', CONSTRAINT = 'people_last_admin';
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.keep_an_admin_token()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF current_user = 'orgmap_operator' OR OLD.role <> 'ADMIN' OR OLD.expires_at <= now() THEN
        RETURN NULL;
    END IF;
    PERFORM FROM accounts AS a WHERE a.id = NEW.account_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM people AS p WHERE p.account_id = NEW.account_id AND is_admin(p))
        AND NOT EXISTS (SELECT FROM api_tokens AS t WHERE t.account_id = NEW.account_id AND t.id <> NEW.id AND t.role = 'ADMIN'
            AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())) THEN
        RAISE EXCEPTION 'the account would have no admin left' USING ERRCODE = 'check_violation', CONSTRAINT = 'api_tokens_last_admin';
    END IF;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.keep_external_org_in_its_list()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'an external organization stays in the list of its integration' USING ERRCODE = 'restrict_violation';
END
$function$

CREATE OR REPLACE FUNCTION public.keep_mappings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO past_mappings (account_id, external_org_id, since, until, id, organization_id, integration_id, created_at, origin, created_by, creator_kind, creator_id, external_name, renamed)
    SELECT g.account_id, g.external_org_id, g.since, a.journal_position + 1, g.id, g.organization_id, g.integration_id,
        g.created_at, g.origin, g.created_by, g.creator_kind, g.creator_id, g.external_name, g.renamed
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.keep_organization()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.since := next_position(NEW.account_id);
    IF OLD.since < NEW.since THEN
        INSERT INTO past_organizations (account_id, id, since, until, name, folded, active, created_at)
        VALUES (OLD.account_id, OLD.id, OLD.since, NEW.since, OLD.name, OLD.folded, OLD.active, OLD.created_at);
    END IF;
    RETURN NEW;
END
$function$

CREATE OR REPLACE FUNCTION public.keep_organizations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO past_organizations (account_id, id, since, until, name, folded, active, created_at)
    SELECT g.account_id, g.id, g.since, a.journal_position + 1, g.name, g.folded, g.active, g.created_at
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$function$

CREATE OR REPLACE FUNCTION public.living_runs()
 RETURNS TABLE(state text, runs bigint, oldest double precision, without_worker bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        SELECT r.state, count(*), extract(epoch FROM now() - min(r.queued_at))::double precision, count(*) FILTER (WHERE r.lease_until < now())
        FROM refresh_runs AS r WHERE r.state IN ('QUEUED', 'RUNNING') GROUP BY r.state
    $function$

CREATE OR REPLACE FUNCTION public.name_mapping()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    SELECT e.name, e.folded INTO NEW.external_name, NEW.external_folded
    FROM external_orgs AS e WHERE e.account_id = NEW.account_id AND e.id = NEW.external_org_id;
    IF NOT FOUND THEN -- the foreign key says so better
        NEW.external_name := '';
        NEW.external_folded := '';
    END IF;
    RETURN NEW;
END
$function$

CREATE OR REPLACE FUNCTION public.new_version()
 RETURNS bigint
 LANGUAGE sql
 PARALLEL SAFE
AS $function$ SELECT hashtextextended(gen_random_uuid()::text, 0) & 9223372036854775807 $function$

CREATE OR REPLACE FUNCTION public.next_position(account uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$ SELECT coalesce((SELECT a.journal_position + 1 FROM accounts AS a WHERE a.id = account), 0) $function$

CREATE OR REPLACE FUNCTION public.note_token_uses(accounts uuid[], tokens uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
    setting text;
    used record;
BEGIN
    FOR used IN SELECT * FROM unnest(accounts, tokens) AS u (account_id, id) ORDER BY u.account_id, u.id LOOP
        setting := set_config('app.account_id', used.account_id::text, true);
        UPDATE api_tokens AS t SET last_used_at = now() WHERE t.account_id = used.account_id AND t.id = used.id
            AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 hour');
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.open_account(account uuid)
 RETURNS TABLE(journal_position bigint, written_by xid, organizations_used integer, organizations_version bigint)
 LANGUAGE plpgsql
AS $function$
DECLARE
    shown text;
BEGIN
    shown := set_config('app.account_id', account::text, true); -- an assignment is evaluated at once, PERFORM would run a statement
    RETURN QUERY SELECT a.journal_position, a.xmin, a.organizations_used, a.organizations_version FROM accounts AS a WHERE a.id = account;
END
$function$

CREATE OR REPLACE FUNCTION public.prune_audit_events()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH pruned AS (
            DELETE FROM audit_events WHERE (account_id, at, id) IN (
                SELECT e.account_id, e.at, e.id FROM audit_events AS e WHERE e.at < now() - interval '400 days' ORDER BY e.at LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $function$

CREATE OR REPLACE FUNCTION public.prune_disconnected()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH ended AS (
            UPDATE past_integrations SET restorable_until = NULL WHERE restorable_until <= now() RETURNING account_id, id
        ), gone AS (
            DELETE FROM past_external_orgs WHERE (account_id, id) IN (
                SELECT x.account_id, x.id FROM past_external_orgs AS x
                WHERE NOT EXISTS (SELECT FROM past_integrations AS i WHERE i.account_id = x.account_id AND i.id = x.integration_id AND i.restorable_until > now())
                  AND NOT EXISTS (SELECT FROM past_mappings AS m WHERE m.account_id = x.account_id AND m.external_org_id = x.id)
                LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM gone
    $function$

CREATE OR REPLACE FUNCTION public.prune_idempotency_keys()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH pruned AS (
            DELETE FROM idempotency_keys WHERE (account_id, operation, key) IN (
                SELECT k.account_id, k.operation, k.key FROM idempotency_keys AS k WHERE k.expires_at <= now() LIMIT 5000
            ) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $function$

CREATE OR REPLACE FUNCTION public.prune_journal(retention interval DEFAULT '2 years 1 mon'::interval)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    accounts_of  uuid[];
    positions_of bigint[];
    times_of     timestamptz[];
BEGIN
    SELECT array_agg(j.account_id), array_agg(j.position), array_agg(j.at) INTO accounts_of, positions_of, times_of
    FROM (SELECT o.account_id, o.position, o.at FROM journal AS o WHERE o.at < now() - greatest(retention, interval '30 days') ORDER BY o.at, o.position LIMIT 1000 FOR UPDATE SKIP LOCKED) AS j;
    IF accounts_of IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM past_mappings AS m USING unnest(accounts_of, positions_of) AS old (account_id, position), journal AS j
    WHERE j.account_id = old.account_id AND j.position = old.position
      AND m.account_id = j.account_id AND m.organization_id = ANY (j.organization_ids || j.removed_organization_ids) AND m.until = j.position;
    DELETE FROM past_organizations AS o USING unnest(accounts_of, positions_of) AS old (account_id, position), journal AS j
    WHERE j.account_id = old.account_id AND j.position = old.position
      AND o.account_id = j.account_id AND o.id = ANY (j.organization_ids || j.removed_organization_ids) AND o.until = j.position;
    DELETE FROM past_exclusions AS e USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE e.account_id = old.account_id AND e.position = old.position;
    DELETE FROM past_rejections AS r USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE r.account_id = old.account_id AND r.position = old.position;
    DELETE FROM past_names AS n USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE n.account_id = old.account_id AND n.until = old.position;
    DELETE FROM past_integrations AS i USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE i.account_id = old.account_id AND i.until = old.position;
    DELETE FROM journal_subjects AS s USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE s.account_id = old.account_id AND s.position = old.position;
    DELETE FROM journal AS j USING unnest(accounts_of, positions_of) AS old (account_id, position)
    WHERE j.account_id = old.account_id AND j.position = old.position;
    PERFORM FROM accounts AS a WHERE a.id = ANY (accounts_of) ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE accounts AS a SET history_position = greatest(a.history_position, old.position), history_at = greatest(a.history_at, old.at)
    FROM (SELECT o.account_id, max(o.position) AS position, max(o.at) AS at FROM unnest(accounts_of, positions_of, times_of) AS o (account_id, position, at) GROUP BY 1) AS old
    WHERE a.id = old.account_id;
    RETURN cardinality(accounts_of);
END
$function$

CREATE OR REPLACE FUNCTION public.prune_sign_in_codes()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH pruned AS (
            DELETE FROM sign_in_codes WHERE hash IN (SELECT c.hash FROM sign_in_codes AS c WHERE c.expires_at <= now() LIMIT 5000) RETURNING 1
        )
        SELECT count(*) FROM pruned
    $function$

CREATE OR REPLACE FUNCTION public.prune_sign_ins()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH ended AS (
            DELETE FROM sessions WHERE (account_id, id) IN (SELECT s.account_id, s.id FROM sessions AS s WHERE s.expires_at <= now() LIMIT 5000) RETURNING 1
        ), forgotten AS (
            DELETE FROM sign_in_attempts WHERE hash IN (SELECT a.hash FROM sign_in_attempts AS a WHERE a.expires_at <= now() LIMIT 5000) RETURNING 1
        )
        SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM forgotten)
    $function$

CREATE OR REPLACE FUNCTION public.recent_suggestion_changes(accounts uuid[])
 RETURNS TABLE(account_id uuid, integration_id uuid, sequence bigint)
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        RETURN QUERY SELECT c.account_id, c.integration_id, c.sequence FROM suggestion_changes AS c
            WHERE c.account_id = recent_suggestion_changes.account_id AND c.changed_at > now() - interval '1 minute';
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.refresh_period(schedule text)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT CASE schedule
        WHEN 'HOURLY' THEN interval '1 hour'
        WHEN 'EVERY_FOUR_HOURS' THEN interval '4 hours'
        WHEN 'EVERY_TWELVE_HOURS' THEN interval '12 hours'
        WHEN 'DAILY' THEN interval '1 day' END $function$

CREATE OR REPLACE FUNCTION public.revoke_api_token(token uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE api_tokens AS t SET revoked_at = now()
    WHERE t.account_id = current_account_id() AND t.id = token AND t.revoked_at IS NULL AND role_of_actor() = 'ADMIN';
    RETURN FOUND;
END
$function$

CREATE OR REPLACE FUNCTION public.role_of_actor()
 RETURNS text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT
         CASE a.kind
             WHEN 'PERSON'::text THEN ( SELECT COALESCE(p.assigned_role, p.role) AS "coalesce"
                FROM people p
               WHERE ((p.account_id = current_account_id()) AND (p.id = a.id) AND (p.blocked_at IS NULL) AND ((p.moved_at IS NULL) OR (p.moved_at <= p.claimed_at))))
             WHEN 'TOKEN'::text THEN ( SELECT t.role
                FROM api_tokens t
               WHERE ((t.account_id = current_account_id()) AND (t.id = a.id) AND (t.revoked_at IS NULL) AND ((t.expires_at IS NULL) OR (t.expires_at > now()))))
             ELSE NULL::text
         END AS "case"
    FROM acting(''::text) a(kind, id, name);
END

CREATE OR REPLACE FUNCTION public.role_rank(role text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN array_position(ARRAY['VIEWER'::text, 'EDITOR'::text, 'ADMIN'::text], role)

CREATE OR REPLACE FUNCTION public.run_sequences(accounts uuid[])
 RETURNS TABLE(account_id uuid, id uuid, sequence bigint)
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    setting text;
BEGIN
    FOREACH account_id IN ARRAY accounts LOOP
        setting := set_config('app.account_id', account_id::text, true);
        RETURN QUERY SELECT r.account_id, r.id, r.sequence FROM refresh_runs AS r
            WHERE r.account_id = run_sequences.account_id
                AND (r.state IN ('QUEUED', 'RUNNING') OR r.updated_at > now() - interval '1 minute');
    END LOOP;
    setting := set_config('app.account_id', '', true);
END
$function$

CREATE OR REPLACE FUNCTION public.settle_person(issuer text, subject text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        WITH words AS (
            SELECT p.account_id, p.id, p.claimed_at FROM people AS p
            WHERE p.issuer = settle_person.issuer AND p.subject = settle_person.subject ORDER BY p.account_id FOR UPDATE
        ), newest AS (
            SELECT max(claimed_at) AS at FROM words
        ), moved AS (
            UPDATE people AS p SET moved_at = newest.at FROM words, newest
            WHERE (p.account_id, p.id) = (words.account_id, words.id) AND words.claimed_at < newest.at AND p.moved_at IS DISTINCT FROM newest.at
            RETURNING p.account_id, p.id
        ), listed AS ( -- cached lists of people are outdated
            UPDATE accounts AS a SET history_position = a.history_position FROM moved WHERE a.id = moved.account_id
        )
        DELETE FROM sessions AS s USING moved WHERE (s.account_id, s.person_id) = (moved.account_id, moved.id)
    $function$

CREATE OR REPLACE FUNCTION public.stale_matchings(current integer)
 RETURNS TABLE(account_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        SELECT a.id FROM accounts AS a LEFT JOIN matchings AS m ON m.account_id = a.id
        WHERE (coalesce(m.position, -1) < a.journal_position OR coalesce(m.version, 0) < current
            OR a.id IN (SELECT e.account_id FROM exclusions AS e WHERE e.until <= now()))
          AND a.journal_position > 0 AND coalesce(m.rest_until, '-infinity') < now()
        ORDER BY a.id LIMIT 100
    $function$

CREATE OR REPLACE FUNCTION public.suspect_runs()
 RETURNS TABLE(account_id uuid, id uuid, attempt integer, state text, job_id bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        SELECT r.account_id, r.id, r.attempt, r.state, r.job_id FROM refresh_runs AS r
        WHERE (r.state = 'RUNNING' AND r.lease_until < now())
           OR (r.state = 'QUEUED' AND r.updated_at < now() - interval '30 seconds')
    $function$

CREATE OR REPLACE FUNCTION public.take_vendor_call(wanted bytea, call uuid, at_once integer, every interval, burst interval, longest interval)
 RETURNS TABLE(answer text, pause interval)
 LANGUAGE plpgsql
AS $function$
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
$function$


-- row-level security
accounts enabled t forced t
aliases enabled t forced t
api_tokens enabled t forced t
audit_events enabled t forced t
automatic_mappings enabled t forced t
connections enabled t forced t
exclusions enabled t forced t
external_org_lists enabled t forced t
external_orgs enabled t forced t
idempotency_keys enabled t forced t
integrations enabled t forced t
journal enabled t forced t
journal_subjects enabled t forced t
mappings enabled t forced t
matching_settings enabled t forced t
matchings enabled t forced t
organization_details enabled t forced t
organization_group_members enabled t forced t
organization_groups enabled t forced t
organizations enabled t forced t
past_exclusions enabled t forced t
past_external_orgs enabled t forced t
past_integrations enabled t forced t
past_mappings enabled t forced t
past_names enabled t forced t
past_organizations enabled t forced t
past_rejections enabled t forced t
people enabled t forced t
refresh_changes enabled t forced t
refresh_runs enabled t forced t
rejections enabled t forced t
sessions enabled t forced t
sign_in_attempts enabled f forced f
sign_in_codes enabled t forced t
suggestion_changes enabled t forced t
suggestions enabled t forced t
vendor_calls enabled f forced f
vendor_keys enabled f forced f

-- policies
accounts account for ALL to public using ((id = current_account_id())) check ((id = current_account_id()))
accounts operator for ALL to orgmap_operator using (true) check (true)
aliases account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
aliases operator for ALL to orgmap_operator using (true) check (true)
api_tokens account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
api_tokens bearer for SELECT to orgmap_app using ((hash = decode(NULLIF(current_setting('app.token_hash'::text, true), ''::text), 'hex'::text))) check ()
api_tokens operator for ALL to orgmap_operator using (true) check (true)
audit_events account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
audit_events operator for ALL to orgmap_operator using (true) check (true)
automatic_mappings account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
automatic_mappings operator for ALL to orgmap_operator using (true) check (true)
connections account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
connections operator for ALL to orgmap_operator using (true) check (true)
exclusions account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
exclusions operator for ALL to orgmap_operator using (true) check (true)
external_org_lists account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
external_orgs account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
idempotency_keys account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
idempotency_keys operator for ALL to orgmap_operator using (true) check ()
integrations account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
integrations operator for SELECT to orgmap_operator using (true) check ()
journal account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
journal operator for ALL to orgmap_operator using (true) check (true)
journal_subjects account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
journal_subjects operator for ALL to orgmap_operator using (true) check (true)
mappings account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
matching_settings account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
matching_settings operator for ALL to orgmap_operator using (true) check (true)
matchings account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
matchings operator for ALL to orgmap_operator using (true) check (true)
organization_details account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
organization_details operator for ALL to orgmap_operator using (true) check (true)
organization_group_members account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
organization_group_members operator for ALL to orgmap_operator using (true) check (true)
organization_groups account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
organization_groups operator for ALL to orgmap_operator using (true) check (true)
organizations account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_exclusions account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_exclusions operator for ALL to orgmap_operator using (true) check (true)
past_external_orgs account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_external_orgs operator for ALL to orgmap_operator using (true) check (true)
past_integrations account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_integrations operator for ALL to orgmap_operator using (true) check (true)
past_mappings account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_mappings operator for ALL to orgmap_operator using (true) check (true)
past_names account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_names operator for ALL to orgmap_operator using (true) check (true)
past_organizations account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_organizations operator for ALL to orgmap_operator using (true) check (true)
past_rejections account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
past_rejections operator for ALL to orgmap_operator using (true) check (true)
people account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
people operator for ALL to orgmap_operator using (true) check ()
refresh_changes account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
refresh_changes operator for ALL to orgmap_operator using (true) check (true)
refresh_runs account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
refresh_runs operator for SELECT to orgmap_operator using (true) check ()
rejections account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
rejections operator for ALL to orgmap_operator using (true) check (true)
sessions account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
sessions bearer for SELECT to orgmap_app using ((hash = decode(NULLIF(current_setting('app.token_hash'::text, true), ''::text), 'hex'::text))) check ()
sessions operator for ALL to orgmap_operator using (true) check ()
sign_in_codes account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
sign_in_codes bearer for SELECT to orgmap_app using ((hash = decode(NULLIF(current_setting('app.token_hash'::text, true), ''::text), 'hex'::text))) check ()
sign_in_codes operator for ALL to orgmap_operator using (true) check (true)
suggestion_changes account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
suggestion_changes operator for ALL to orgmap_operator using (true) check (true)
suggestions account for ALL to public using ((account_id = current_account_id())) check ((account_id = current_account_id()))
suggestions operator for ALL to orgmap_operator using (true) check (true)

-- rights
orgmap_app accounts SELECT
orgmap_app aliases DELETE, INSERT, SELECT, UPDATE
orgmap_app api_tokens SELECT
orgmap_app audit_events SELECT
orgmap_app automatic_mappings DELETE, INSERT, SELECT, UPDATE
orgmap_app connections DELETE, INSERT, SELECT, UPDATE
orgmap_app exclusions DELETE, INSERT, SELECT, UPDATE
orgmap_app external_org_lists INSERT, SELECT, UPDATE
orgmap_app external_orgs DELETE, INSERT, SELECT, UPDATE
orgmap_app idempotency_keys INSERT, SELECT
orgmap_app integrations DELETE, INSERT, SELECT, UPDATE
orgmap_app journal INSERT, SELECT
orgmap_app journal_subjects INSERT, SELECT
orgmap_app mappings DELETE, INSERT, SELECT, UPDATE
orgmap_app matching_settings DELETE, INSERT, SELECT, UPDATE
orgmap_app matchings INSERT, SELECT, UPDATE
orgmap_app organization_details INSERT, SELECT
orgmap_app organization_group_members INSERT, SELECT
orgmap_app organization_groups INSERT, SELECT
orgmap_app organizations DELETE, INSERT, SELECT, UPDATE
orgmap_app past_exclusions INSERT, SELECT
orgmap_app past_external_orgs DELETE, INSERT, SELECT
orgmap_app past_integrations INSERT, SELECT
orgmap_app past_mappings INSERT, SELECT
orgmap_app past_names INSERT, SELECT
orgmap_app past_organizations INSERT, SELECT
orgmap_app past_rejections INSERT, SELECT
orgmap_app people INSERT, SELECT
orgmap_app refresh_changes DELETE, INSERT, SELECT
orgmap_app refresh_runs DELETE, INSERT, SELECT, UPDATE
orgmap_app rejections DELETE, INSERT, SELECT, UPDATE
orgmap_app river_job DELETE, INSERT, SELECT, UPDATE
orgmap_app river_leader DELETE, INSERT, SELECT, UPDATE
orgmap_app river_migration DELETE, INSERT, SELECT, UPDATE
orgmap_app river_notification DELETE, INSERT, SELECT, UPDATE
orgmap_app river_queue DELETE, INSERT, SELECT, UPDATE
orgmap_app sessions DELETE, INSERT, SELECT
orgmap_app sign_in_attempts INSERT
orgmap_app sign_in_codes DELETE, INSERT, SELECT
orgmap_app suggestion_changes DELETE, INSERT, SELECT, UPDATE
orgmap_app suggestions DELETE, INSERT, SELECT, UPDATE
orgmap_app vendor_calls DELETE, INSERT, SELECT, UPDATE
orgmap_app vendor_keys DELETE, INSERT, SELECT, UPDATE
orgmap_operator accounts INSERT, SELECT
orgmap_operator aliases SELECT
orgmap_operator api_tokens INSERT, SELECT
orgmap_operator audit_events SELECT
orgmap_operator automatic_mappings SELECT
orgmap_operator connections SELECT
orgmap_operator exclusions SELECT
orgmap_operator idempotency_keys DELETE
orgmap_operator journal DELETE, SELECT
orgmap_operator journal_subjects DELETE, SELECT
orgmap_operator matching_settings SELECT
orgmap_operator matchings SELECT
orgmap_operator organization_details SELECT
orgmap_operator organization_group_members SELECT
orgmap_operator organization_groups SELECT
orgmap_operator past_exclusions DELETE, SELECT
orgmap_operator past_external_orgs DELETE, SELECT
orgmap_operator past_integrations DELETE, SELECT
orgmap_operator past_mappings DELETE, SELECT
orgmap_operator past_names DELETE, SELECT
orgmap_operator past_organizations DELETE, SELECT
orgmap_operator past_rejections DELETE, SELECT
orgmap_operator people SELECT
orgmap_operator refresh_changes SELECT
orgmap_operator refresh_runs SELECT
orgmap_operator rejections SELECT
orgmap_operator sessions DELETE
orgmap_operator sign_in_attempts DELETE, INSERT
orgmap_operator sign_in_codes DELETE, INSERT, SELECT
orgmap_operator suggestion_changes SELECT
orgmap_operator suggestions SELECT

-- rights on columns
orgmap_app accounts.external_organizations_used UPDATE
orgmap_app accounts.integrations_used UPDATE
orgmap_app accounts.journal_position UPDATE
orgmap_app accounts.name UPDATE
orgmap_app accounts.organizations_used UPDATE
orgmap_app accounts.organizations_version UPDATE
orgmap_app accounts.time_zone UPDATE
orgmap_app api_tokens.last_used_at UPDATE
orgmap_app idempotency_keys.created_at UPDATE
orgmap_app idempotency_keys.expires_at UPDATE
orgmap_app idempotency_keys.request_hash UPDATE
orgmap_app idempotency_keys.response UPDATE
orgmap_app organization_details.engineer_id UPDATE
orgmap_app organization_details.note UPDATE
orgmap_app organization_details.vcio_id UPDATE
orgmap_app organization_group_members.member UPDATE
orgmap_app organization_groups.archived UPDATE
orgmap_app organization_groups.color UPDATE
orgmap_app organization_groups.folded UPDATE
orgmap_app organization_groups.name UPDATE
orgmap_app organization_groups.removed UPDATE
orgmap_app past_integrations.restorable_until UPDATE
orgmap_app people.assigned_role UPDATE
orgmap_app people.claimed_at UPDATE
orgmap_app people.email UPDATE
orgmap_app people.folded UPDATE
orgmap_app people.issuer UPDATE
orgmap_app people.merged_into UPDATE
orgmap_app people.name UPDATE
orgmap_app people.role UPDATE
orgmap_app people.subject UPDATE
orgmap_operator accounts.external_organization_limit UPDATE
orgmap_operator accounts.history_at UPDATE
orgmap_operator accounts.history_position UPDATE
orgmap_operator accounts.integration_limit UPDATE
orgmap_operator accounts.name UPDATE
orgmap_operator accounts.organization_limit UPDATE
orgmap_operator accounts.plan UPDATE
orgmap_operator accounts.renews_at UPDATE
orgmap_operator api_tokens.last_used_at UPDATE
orgmap_operator api_tokens.revoked_at UPDATE
orgmap_operator connections.sealed_credentials UPDATE
orgmap_operator connections.updated_at UPDATE
orgmap_operator past_integrations.restorable_until UPDATE
orgmap_operator people.blocked_at UPDATE
orgmap_operator people.moved_at UPDATE

