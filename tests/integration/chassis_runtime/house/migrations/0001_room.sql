CREATE TABLE room (id int PRIMARY KEY); GRANT SELECT ON room TO {app_role};
