DROP TABLE refresh_changes;
