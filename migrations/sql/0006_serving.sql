-- What makes maps fast: the areas of a published plan as tiles want them, and a mark that changes with each layer.

-- With it, one index finds the areas of one plan, one level and one place. It comes with PostgreSQL and is trusted:
-- the owner of the database may make it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- ── Areas of published plans ─────────────────────────────────────────────────────────────────────────────────────
-- Groups with all that a tile says of them, written once when the plan is published and never changed: the place of a
-- label and the number of groups stacked in one outline would cost each tile more than the rest of it.

CREATE TABLE gridgov.plan_area (
    plan_id TEXT NOT NULL,
    level TEXT NOT NULL,
    group_id TEXT NOT NULL,
    code TEXT,
    name TEXT,
    parent_id TEXT,
    kind TEXT,
    households INTEGER NOT NULL,
    unit INTEGER,
    storey_from INTEGER,
    storey_to INTEGER,
    rental_houses INTEGER,
    stack INTEGER NOT NULL,
    rental_stack INTEGER,
    geom_3857 geometry(GEOMETRY,3857) NOT NULL,
    label_3857 geometry(POINT,3857) NOT NULL,
    CONSTRAINT plan_area_pk PRIMARY KEY (plan_id, level, group_id),
    CONSTRAINT plan_area_level_check CHECK (level IN ('cluster', 'section', 'grid')),
    CONSTRAINT plan_area_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_area_place_index ON gridgov.plan_area USING gist (plan_id, level, geom_3857);

CREATE TRIGGER plan_guard_insert AFTER INSERT ON gridgov.plan_area REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_update_from AFTER UPDATE ON gridgov.plan_area REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_update_to AFTER UPDATE ON gridgov.plan_area REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_delete AFTER DELETE ON gridgov.plan_area REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_truncate BEFORE TRUNCATE ON gridgov.plan_area
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse_truncate();

CALL gridgov.guard('gridgov.plan_area', '{viewer, officer, supervisor, auditor}',
    'plan_id = ANY ((SELECT gridgov.published_plans())::text[])');
CALL gridgov.guard('gridgov.plan_area', '{analyst, administrator}');

-- The groups of a plan as rows of plan_area. A figure that is not there is none, one that is null is hidden, and so is
-- the sum of a stack in which one is hidden. Rows in the order of their place, so that a tile reads few pages.
CREATE FUNCTION gridgov.draw_plan(wanted text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = public, postgis, extensions, pg_temp AS $$
    DELETE FROM gridgov.plan_area WHERE plan_id = wanted;
    INSERT INTO gridgov.plan_area (plan_id, level, group_id, code, name, parent_id, kind, households, unit, storey_from,
                                   storey_to, rental_houses, stack, rental_stack, geom_3857, label_3857)
    SELECT g.plan_id, g.level, g.group_id, g.code, g.name, g.parent_id, g.kind, g.households, g.unit, g.storey_from,
           g.storey_to, g.houses, count(*) OVER same,
           CASE WHEN count(g.houses) OVER same = count(*) OVER same THEN sum(g.houses) OVER same END,
           g.geom_3857, ST_PointOnSurface(g.geom_3857)
    FROM (SELECT p.*, CASE WHEN f.plan_id IS NULL THEN 0 ELSE f.value END AS houses
          FROM gridgov.plan_group AS p
          LEFT JOIN gridgov.plan_figure AS f
              ON f.plan_id = p.plan_id AND f.figure = 'rental_houses' AND f.level = p.level AND f.group_id = p.group_id
          WHERE p.plan_id = wanted) AS g
    WINDOW same AS (PARTITION BY g.level, g.geom_3857)
    ORDER BY g.level, g.geom_3857, g.group_id;
$$;

-- Before the plan is published, for afterwards nothing of it may change.
CREATE FUNCTION gridgov.draw_published_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gridgov.draw_plan(NEW.plan_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER plan_draw BEFORE UPDATE OF status ON gridgov.plan
    FOR EACH ROW WHEN (OLD.status <> 'published' AND NEW.status = 'published')
    EXECUTE FUNCTION gridgov.draw_published_plan();

-- ── Marks of layers ──────────────────────────────────────────────────────────────────────────────────────────────
-- Tiles are kept under the mark of their layer. Each transaction that changes a layer leaves one row here; the mark is
-- made of all rows that are there. Nobody waits for another (one counter would let imports of a layer stand in a
-- queue), and a mark never returns: a row that a reader has not seen yet has a name that never was before.

CREATE TABLE gridgov.layer_edit (
    edit_id UUID DEFAULT gen_random_uuid() NOT NULL,
    layer TEXT NOT NULL,
    transaction_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT layer_edit_pk PRIMARY KEY (edit_id)
);
CREATE INDEX layer_edit_layer_index ON gridgov.layer_edit (layer, at);
CALL gridgov.guard('gridgov.layer_edit', '{}');

CREATE FUNCTION gridgov.note_edit() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now_id constant bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF EXISTS (SELECT FROM gridgov.layer_edit e WHERE e.layer = TG_TABLE_NAME AND e.transaction_id = now_id) THEN
        RETURN NULL;
    END IF;
    INSERT INTO gridgov.layer_edit (layer, transaction_id) VALUES (TG_TABLE_NAME, now_id);
    IF (SELECT count(*) FROM gridgov.layer_edit e WHERE e.layer = TG_TABLE_NAME) > 40 THEN
        DELETE FROM gridgov.layer_edit WHERE edit_id IN (
            SELECT e.edit_id FROM gridgov.layer_edit e WHERE e.layer = TG_TABLE_NAME ORDER BY e.at LIMIT 30
            FOR UPDATE SKIP LOCKED);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION gridgov.layer_mark(wanted text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(md5(string_agg(e.edit_id::text, ' ' ORDER BY e.edit_id)), 'new')
            FROM gridgov.layer_edit e WHERE e.layer = wanted);
END
$$;

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['division', 'building', 'barrier', 'compound', 'shelter', 'facility'] LOOP
        EXECUTE format('CREATE TRIGGER note_edit AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON gridgov.%I
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.note_edit()', one);
    END LOOP;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.layer_mark(text)
    TO gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
