DROP FUNCTION gridgov.told_shelters(text);

DROP POLICY update_administrator ON gridgov.plan_figure;
REVOKE UPDATE ON gridgov.plan_figure FROM gridgov_administrator;
DROP POLICY read_analyst ON gridgov.plan_figure;

DO $$
DECLARE
    one text;
    published constant text := 'plan_id = ANY ((SELECT gridgov.published_plans())::text[])';
    people constant text := $q$layer <> ALL ('{households, residents, rental_houses}')$q$;
BEGIN
    CALL gridgov.guard('gridgov.plan_figure', '{analyst}');
    CALL gridgov.guard('gridgov.plan_shelter', '{viewer, auditor}', published || ' AND people >= 10');
    CALL gridgov.guard('gridgov.plan_shelter', '{analyst}', 'people >= 10');
    CALL gridgov.guard('gridgov.plan_shelter', '{officer, supervisor}', published);
    FOREACH one IN ARRAY ARRAY['auditor', 'analyst', 'officer', 'supervisor'] LOOP
        EXECUTE format('DROP POLICY read_%s ON gridgov.plan_finding', one);
    END LOOP;
    CALL gridgov.guard('gridgov.plan_finding', '{officer, supervisor, auditor}', published || ' AND ' || people);
    CALL gridgov.guard('gridgov.plan_finding', '{analyst}', people);
END
$$;
