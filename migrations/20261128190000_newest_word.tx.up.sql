-- The latest claims of an issuer about a person count, by the time of issue, in whatever order the tokens arrive. claimed_at is the
-- time of the latest claims. A person whom the issuer has named in another account has moved there while moved_at is later.
ALTER TABLE people ADD COLUMN moved_at timestamptz;
CREATE INDEX people_subject_idx ON people (issuer, subject);
GRANT UPDATE (moved_at) ON people TO orgmap_operator;
GRANT SELECT (person_id) ON sessions TO orgmap_operator;

-- role_rank orders roles as the program does, lowest first.
CREATE FUNCTION role_rank(role text) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN array_position(ARRAY['VIEWER', 'EDITOR', 'ADMIN'], role);
REVOKE EXECUTE ON FUNCTION role_rank(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION role_rank(text) TO orgmap_app;
