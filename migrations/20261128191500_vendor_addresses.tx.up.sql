-- Vendor addresses are stored in one normal form: connectors no longer remove surplus parts of a copied address.
-- Row-level security also applies to the owner, and no account is set here.
ALTER TABLE connections NO FORCE ROW LEVEL SECURITY;
ALTER TABLE external_orgs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE external_org_lists NO FORCE ROW LEVEL SECURITY;
ALTER TABLE integrations NO FORCE ROW LEVEL SECURITY;

UPDATE connections SET base_url = regexp_replace(base_url, '/api/v3/*$', '')
WHERE application = 'VSA_X' AND base_url ~ '/api/v3/*$';
UPDATE connections SET base_url = regexp_replace(base_url, '/atservicesrest.*$', '', 'i')
WHERE application = 'AUTOTASK' AND base_url ~* '/atservicesrest';
UPDATE connections SET base_url = regexp_replace(base_url, '^https://', 'https://api-', 'i')
WHERE application = 'CONNECTWISE' AND base_url ~* '^https://((na|eu|au|aus|za)\.myconnectwise\.net|staging\.connectwisedev\.com)';

-- A vendor's URL of an organization must not contain characters that end an HTML attribute. The next refresh restores those that
-- can be written safely.
UPDATE external_orgs SET url = NULL WHERE url !~* '^https?://[a-z0-9.-]+(:[0-9]+)?([/?#][-a-z0-9._~:/?#@!$&()*+,;=%\[\]]*)?$';

ALTER TABLE integrations FORCE ROW LEVEL SECURITY;
ALTER TABLE external_org_lists FORCE ROW LEVEL SECURITY;
ALTER TABLE external_orgs FORCE ROW LEVEL SECURITY;
ALTER TABLE connections FORCE ROW LEVEL SECURITY;
