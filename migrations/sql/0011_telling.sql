-- Counts of people of a draft are for who sees the people themselves; of a published plan everybody reads those that
-- were found to give nobody away. The administrator who publishes a plan keeps the others back in the same transaction.

DROP POLICY read_analyst ON gridgov.plan_figure;
CREATE POLICY read_analyst ON gridgov.plan_figure FOR SELECT TO gridgov_analyst
    USING ((SELECT gridgov.acts_as('analyst'))
           -- rental houses can be counted from the street
           AND (figure IN ('rental_houses', 'rental_houses:of')
                OR plan_id IN (SELECT p.plan_id FROM gridgov.plan AS p WHERE p.status = 'published')));

GRANT UPDATE ON gridgov.plan_figure TO gridgov_administrator;
CREATE POLICY update_administrator ON gridgov.plan_figure FOR UPDATE TO gridgov_administrator
    USING ((SELECT gridgov.acts_as('administrator')));

-- How many people a cluster sends to a shelter is how many live there. Where that is not told, nor the caller's own to
-- know, it is null; which shelter it is may be known.
CREATE FUNCTION gridgov.told_shelters(wanted text)
    RETURNS TABLE (plan_id text, cluster_id text, shelter_id text, people integer, distance_m double precision, reason text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    me text := gridgov.my_role();
    told text[];
BEGIN
    IF me IS NULL OR NOT EXISTS (
        SELECT FROM gridgov.plan AS p WHERE p.plan_id = wanted
        AND (me IN ('analyst', 'administrator') OR p.plan_id = ANY (gridgov.published_plans()))) THEN
        RETURN;
    END IF;
    IF me = 'administrator' THEN
        RETURN QUERY SELECT s.plan_id, s.cluster_id, s.shelter_id, s.people, s.distance_m, s.reason
                     FROM gridgov.plan_shelter AS s WHERE s.plan_id = wanted;
        RETURN;
    END IF;
    told := ARRAY(
        SELECT f.group_id FROM gridgov.plan_figure AS f JOIN gridgov.plan AS p ON p.plan_id = f.plan_id
        WHERE f.plan_id = wanted AND p.status = 'published' AND f.level = 'cluster'
          AND f.figure IN ('people_sheltered', 'people_sheltered:of')
        GROUP BY f.group_id HAVING count(f.value) = 2);
    IF me IN ('officer', 'supervisor') AND wanted = gridgov.plan_in_force() THEN
        told := told || ARRAY(
            SELECT a.cluster_id FROM gridgov.plan_atom AS a WHERE a.plan_id = wanted AND a.cluster_id IS NOT NULL
            GROUP BY a.cluster_id HAVING bool_and(coalesce(a.grid_id = ANY (gridgov.my_grids()), false)));
    END IF;
    RETURN QUERY
        SELECT s.plan_id, s.cluster_id, s.shelter_id, CASE WHEN own.cluster_id IS NOT NULL THEN s.people END, s.distance_m,
               s.reason
        FROM gridgov.plan_shelter AS s LEFT JOIN (SELECT DISTINCT unnest(told) AS cluster_id) AS own
            ON own.cluster_id = s.cluster_id
        WHERE s.plan_id = wanted;
END
$$;

DO $$
DECLARE
    one text;
    told constant text := $q$ AND (rule <> 'shelter-shortfall' OR EXISTS (
        SELECT FROM gridgov.plan_figure AS f WHERE f.plan_id = plan_finding.plan_id AND f.level = 'cluster'
        AND f.group_id = plan_finding.row_id AND f.figure = 'people_sheltered:of' AND f.value IS NOT NULL))$q$;
    reading text;
BEGIN
    FOREACH one IN ARRAY ARRAY['viewer', 'auditor', 'analyst', 'officer', 'supervisor'] LOOP
        EXECUTE format('DROP POLICY read_%s ON gridgov.plan_shelter', one);
        EXECUTE format('REVOKE SELECT ON gridgov.plan_shelter FROM gridgov_%s', one);
    END LOOP;
    -- what is found about a cluster whose people find no shelter says how many they are
    FOREACH one IN ARRAY ARRAY['auditor', 'analyst', 'officer', 'supervisor'] LOOP
        SELECT qual INTO reading FROM pg_policies
        WHERE schemaname = 'gridgov' AND tablename = 'plan_finding' AND policyname = 'read_' || one;
        EXECUTE format('ALTER POLICY read_%s ON gridgov.plan_finding USING (%s %s)', one, reading, told);
    END LOOP;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.told_shelters(text)
    TO gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
