-- The public page: written once when a plan is published, small counts hidden already. Whoever comes without signing in
-- reads the page of the plan in force and nothing else, so that no question put together by hand can ask for more.

CREATE TABLE gridgov.public_page (
    plan_id TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT public_page_pk PRIMARY KEY (plan_id),
    CONSTRAINT public_page_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);

-- guarded like every table, but open before anybody has signed in
CALL gridgov.guard('gridgov.public_page', '{viewer, officer, supervisor, analyst, auditor}',
    'plan_id = (SELECT gridgov.plan_in_force())');
CALL gridgov.guard('gridgov.public_page', '{administrator}', writing => 'true');
GRANT SELECT ON gridgov.public_page TO gridgov_web;
CREATE POLICY read_anybody ON gridgov.public_page FOR SELECT TO gridgov_web
    USING (plan_id = (SELECT gridgov.plan_in_force()));

-- Names of the officers who answer for a grid: those of the grid itself, and those of its whole community.
CREATE FUNCTION gridgov.officers_of(grids text[]) RETURNS TABLE (name text) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF gridgov.my_account() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT a.name FROM gridgov.account_scope s JOIN gridgov.account a ON a.account_id = s.account_id
        WHERE a.role = 'officer' AND NOT a.disabled
          AND (s.kind = 'grid' AND s.ref = ANY (grids)
               OR s.kind = 'community' AND s.ref IN (
                   SELECT g.community_id FROM gridgov.plan_group g
                   WHERE g.plan_id = gridgov.plan_in_force() AND g.level = 'grid' AND g.group_id = ANY (grids)))
        ORDER BY 1 LIMIT 20;
END
$$;

-- An administrator publishes plans and throws drafts away from the browser too; what may happen to a plan at all is
-- for the triggers of 0001.
GRANT UPDATE (status, published_from, published_to), DELETE ON gridgov.plan TO gridgov_administrator;
CREATE POLICY update_administrator ON gridgov.plan FOR UPDATE TO gridgov_administrator
    USING ((SELECT gridgov.acts_as('administrator')));
CREATE POLICY delete_administrator ON gridgov.plan FOR DELETE TO gridgov_administrator
    USING ((SELECT gridgov.acts_as('administrator')));

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.draw_plan(text) TO gridgov_administrator;
GRANT EXECUTE ON FUNCTION gridgov.plan_in_force(date) TO gridgov_web;
GRANT EXECUTE ON FUNCTION gridgov.officers_of(text[])
    TO gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
