-- Who changes rental houses by the standard interface: officers those of their grids, supervisors those of their
-- communities. Nobody can move one out of his own reach, or another one's into it.

GRANT UPDATE ON gridgov.rental_house TO gridgov_officer, gridgov_supervisor;
GRANT INSERT, DELETE ON gridgov.rental_house TO gridgov_supervisor;

DO $$
DECLARE
    assigned constant text := 'rental_house_id IN (SELECT r.rental_house_id FROM gridgov.plan_rental AS r)';
    in_my_grids constant text := 'building_id IN (SELECT a.building_id FROM gridgov.plan_atom AS a
        WHERE a.plan_id = (SELECT gridgov.plan_in_force()) AND a.grid_id = ANY ((SELECT gridgov.my_grids())::text[]))';
    in_my_communities constant text := 'building_id IN (SELECT b.building_id FROM gridgov.building AS b
        WHERE b.community_id = ANY ((SELECT gridgov.my_communities())::text[]))';
    officer constant text := '(SELECT gridgov.acts_as(''officer'')) AND ';
    supervisor constant text := '(SELECT gridgov.acts_as(''supervisor'')) AND ';
BEGIN
    EXECUTE 'CREATE POLICY update_officer ON gridgov.rental_house FOR UPDATE TO gridgov_officer USING (' || officer || assigned
        || ') WITH CHECK (' || officer || assigned || ' AND (building_id IS NULL OR ' || in_my_grids || '))';
    EXECUTE 'CREATE POLICY update_supervisor ON gridgov.rental_house FOR UPDATE TO gridgov_supervisor USING (' || supervisor
        || '(' || assigned || ' OR ' || in_my_communities || ')) WITH CHECK (' || supervisor
        || '(' || in_my_communities || ' OR (building_id IS NULL AND ' || assigned || ')))';
    EXECUTE 'CREATE POLICY insert_supervisor ON gridgov.rental_house FOR INSERT TO gridgov_supervisor WITH CHECK ('
        || supervisor || in_my_communities || ')';
    EXECUTE 'CREATE POLICY delete_supervisor ON gridgov.rental_house FOR DELETE TO gridgov_supervisor USING (' || supervisor
        || '(' || assigned || ' OR ' || in_my_communities || '))';
END
$$;
