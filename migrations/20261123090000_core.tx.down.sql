DROP TABLE api_tokens, journal, refresh_runs, mappings, external_orgs, integrations, connections, organizations, accounts;
DROP FUNCTION analyze_external_orgs();
DROP FUNCTION count_active_organizations();
DROP FUNCTION current_account_id();
