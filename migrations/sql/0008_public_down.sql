REVOKE EXECUTE ON FUNCTION gridgov.draw_plan(text) FROM gridgov_administrator;
DROP POLICY update_administrator ON gridgov.plan;
DROP POLICY delete_administrator ON gridgov.plan;
REVOKE UPDATE (status, published_from, published_to), DELETE ON gridgov.plan FROM gridgov_administrator;
REVOKE EXECUTE ON FUNCTION gridgov.plan_in_force(date) FROM gridgov_web;
DROP FUNCTION gridgov.officers_of(text[]);
DROP TABLE gridgov.public_page;
