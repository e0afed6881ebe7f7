DROP TABLE sessions, people;
