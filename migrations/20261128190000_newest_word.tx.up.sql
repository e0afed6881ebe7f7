-- What an issuer said last of a person counts, by its own time, in whichever order its tokens come: claimed_at moves with every
-- newer word. Whom it names in another account has moved there, as long as moved_at is later than claimed_at.
ALTER TABLE people ADD COLUMN moved_at timestamptz;
CREATE INDEX people_subject_idx ON people (issuer, subject);
GRANT UPDATE (moved_at) ON people TO orgmap_operator;
GRANT SELECT (person_id) ON sessions TO orgmap_operator;

-- role_rank orders the roles as the program does, the lowest first.
CREATE FUNCTION role_rank(role text) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN array_position(ARRAY['VIEWER', 'EDITOR', 'ADMIN'], role);
REVOKE EXECUTE ON FUNCTION role_rank(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION role_rank(text) TO orgmap_app;
