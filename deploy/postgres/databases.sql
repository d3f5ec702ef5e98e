-- The three databases of one pyagent, and the role that owns them; once, as the server's own administrator:
--   PYAGENT_PASSWORD_FILE=/path/to/password psql --no-psqlrc --set ON_ERROR_STOP=1 --file databases.sql postgres
-- The password is read from that file and stands neither on a command line nor here. The role is no administrator:
-- Prefect's tables need the extension pg_trgm, which PostgreSQL lets a database's owner create.
\set password `cat "$PYAGENT_PASSWORD_FILE"`
CREATE ROLE pyagent LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE pyagent OWNER pyagent;
CREATE DATABASE dagster OWNER pyagent;
CREATE DATABASE prefect OWNER pyagent;
REVOKE CONNECT, TEMPORARY ON DATABASE pyagent, dagster, prefect FROM PUBLIC;
