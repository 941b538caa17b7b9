-- Two roles on a server of your own: one owns the tables and changes them at an upgrade, the other works with them.
-- The working role can neither drop the triggers that guard the history nor change or delete an entry.
--
--   psql -v ON_ERROR_STOP=1 -v app=zhize_app -d zhize -f roles.sql     as the owner, after every `zhize migrate`
--
-- Before, once:  CREATE ROLE zhize_app LOGIN PASSWORD '…' NOSUPERUSER NOCREATEDB NOCREATEROLE;
--                GRANT zhize_app TO <owner>;      so that backups and this script reach what it makes
-- It makes one thing of its own: a sequence for each new prefix of numbers.
GRANT USAGE, CREATE ON SCHEMA public TO :app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO :app;
REVOKE UPDATE, DELETE ON history_entry, history_entrysubject, history_link FROM :app;
REVOKE DELETE ON history_head FROM :app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM :app;
