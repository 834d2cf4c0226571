-- Takes away what 0006_serving.sql made. The extension stays: others may have come to use it.
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['division', 'building', 'barrier', 'compound', 'shelter', 'facility'] LOOP
        EXECUTE format('DROP TRIGGER note_edit ON gridgov.%I', one);
    END LOOP;
END
$$;
DROP FUNCTION gridgov.layer_mark(text);
DROP FUNCTION gridgov.note_edit();
DROP TABLE gridgov.layer_edit;
DROP TRIGGER plan_draw ON gridgov.plan;
DROP FUNCTION gridgov.draw_published_plan();
DROP FUNCTION gridgov.draw_plan(text);
DROP TABLE gridgov.plan_area;
