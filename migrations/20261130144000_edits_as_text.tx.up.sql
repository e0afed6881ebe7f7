-- Edits are written by one function and read whole. Parsing and compressing them as json took most of the time of
-- appending a large change, so they are stored as text, and compressed with lz4 where the server has it.
ALTER TABLE journal ALTER COLUMN edits TYPE text USING edits::text;
DO $$
BEGIN
    ALTER TABLE journal ALTER COLUMN edits SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL; -- built without it
END
$$;
