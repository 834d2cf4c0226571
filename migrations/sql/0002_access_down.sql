-- Takes away what 0002_access.sql made. The roles belong to the server and stay.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT polname, polrelid::regclass AS target FROM pg_policy
               WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'gridgov'::regnamespace) LOOP
        EXECUTE format('DROP POLICY %I ON %s', one.polname, one.target);
    END LOOP;
    FOR one IN SELECT oid::regclass AS target FROM pg_class
               WHERE relnamespace = 'gridgov'::regnamespace AND relkind = 'r' AND relrowsecurity LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', one.target);
    END LOOP;
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA gridgov
    FROM gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
REVOKE ALL ON SCHEMA gridgov
    FROM gridgov_web, gridgov_door, gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
DROP PROCEDURE gridgov.close_functions();
DROP PROCEDURE gridgov.guard(regclass, text[], text, text[], text);
DROP FUNCTION gridgov.note(text, text, jsonb);
DROP FUNCTION gridgov.enter(text);
DROP FUNCTION gridgov.open_session(text);
DROP FUNCTION gridgov.my_grids();
DROP FUNCTION gridgov.my_communities();
DROP FUNCTION gridgov.published_plans();
DROP FUNCTION gridgov.plan_in_force(date);
DROP FUNCTION gridgov.acts_as(text);
DROP FUNCTION gridgov.my_login();
DROP FUNCTION gridgov.my_role();
DROP FUNCTION gridgov.my_account();
DROP FUNCTION gridgov.today();
DROP INDEX gridgov.plan_household_plan_id_grid_id_index;
DROP INDEX gridgov.plan_rental_plan_id_grid_id_index;
DROP TABLE gridgov.plan_figure;
DROP TABLE gridgov.account_scope;
