DROP FUNCTION role_rank(text);
REVOKE SELECT (person_id) ON sessions FROM orgmap_operator;
DROP INDEX people_subject_idx;
ALTER TABLE people DROP COLUMN moved_at;
