ALTER TABLE journal ALTER COLUMN edits TYPE json USING edits::json;
