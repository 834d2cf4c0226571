-- Who may see which rows: the roles of the database and the scopes of accounts.
--
-- The roles themselves belong to the whole server and are made by its administrator (`gridgov db roles`): one a role of
-- gridgov's accounts (NOLOGIN); `gridgov_web`, by which the web server comes in and which may do nothing but `enter`; and
-- `gridgov_door`, by which it asks who somebody is who signs in.
-- Whoever owns the tables (command line, services) passes by BYPASSRLS; everybody else meets forced row security.

CREATE TABLE gridgov.account_scope (
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    CONSTRAINT account_scope_pk PRIMARY KEY (account_id, kind, ref),
    CONSTRAINT account_scope_kind_check CHECK (kind IN ('grid', 'community', 'subdistrict')),
    CONSTRAINT account_scope_account_id_fk FOREIGN KEY(account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);

-- Counts of people and houses by area, made by the services with small cells hidden already (value is null): what
-- those may see who may not see the rows. An area without a row counts 0.
CREATE TABLE gridgov.plan_figure (
    plan_id TEXT NOT NULL,
    level TEXT NOT NULL,
    group_id TEXT NOT NULL,
    figure TEXT NOT NULL,
    value INTEGER,
    CONSTRAINT plan_figure_pk PRIMARY KEY (plan_id, figure, level, group_id),
    CONSTRAINT plan_figure_level_check CHECK (level IN ('whole', 'community', 'section', 'cluster', 'grid')),
    CONSTRAINT plan_figure_value_least_check CHECK (value >= 0),
    CONSTRAINT plan_figure_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE TRIGGER plan_guard_insert AFTER INSERT ON gridgov.plan_figure REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_update_from AFTER UPDATE ON gridgov.plan_figure REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_update_to AFTER UPDATE ON gridgov.plan_figure REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_delete AFTER DELETE ON gridgov.plan_figure REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows();
CREATE TRIGGER plan_guard_truncate BEFORE TRUNCATE ON gridgov.plan_figure
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse_truncate();

CREATE INDEX plan_rental_plan_id_grid_id_index ON gridgov.plan_rental (plan_id, grid_id);
CREATE INDEX plan_household_plan_id_grid_id_index ON gridgov.plan_household (plan_id, grid_id);

-- ── Who is asking ────────────────────────────────────────────────────────────────────────────────────────────────
-- All of these look the session up by its unguessable hash. A setting or a role alone, which whoever slips in a
-- statement could change, opens nothing.

-- The office's day, whatever the clock of the server is set to. China has had one time without summer time since 1991.
CREATE FUNCTION gridgov.today() RETURNS date LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date $$;

CREATE FUNCTION gridgov.my_account() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT a.account_id FROM gridgov.session s JOIN gridgov.account a ON a.account_id = s.account_id
        WHERE s.token_hash = current_setting('gridgov.session', true) AND NOT a.disabled
          AND s.expires_at > now() AND s.created_at > now() - interval '12 hours');
END
$$;

CREATE FUNCTION gridgov.my_role() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT a.role FROM gridgov.account a WHERE a.account_id = gridgov.my_account());
END
$$;

CREATE FUNCTION gridgov.my_login() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT a.login FROM gridgov.account a WHERE a.account_id = gridgov.my_account());
END
$$;

-- Whether the session is one of this role: in every policy, as `(SELECT gridgov.acts_as('…'))`, once a statement.
CREATE FUNCTION gridgov.acts_as(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM gridgov.session s JOIN gridgov.account a ON a.account_id = s.account_id
        WHERE s.token_hash = current_setting('gridgov.session', true) AND NOT a.disabled AND a.role = wanted
          AND s.expires_at > now() AND s.created_at > now() - interval '12 hours');
END
$$;

CREATE FUNCTION gridgov.plan_in_force(at date DEFAULT gridgov.today()) RETURNS text LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT p.plan_id FROM gridgov.plan p
        WHERE p.status = 'published' AND p.published_from <= at AND (p.published_to IS NULL OR p.published_to > at)
        ORDER BY p.published_from DESC, p.created_at DESC, p.plan_id LIMIT 1);
END
$$;

CREATE FUNCTION gridgov.published_plans() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT p.plan_id FROM gridgov.plan p
                 WHERE p.status = 'published' AND p.published_from <= gridgov.today());
END
$$;

CREATE FUNCTION gridgov.my_communities() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me text := gridgov.my_account();
BEGIN
    RETURN ARRAY(
        SELECT d.division_id FROM gridgov.division d
        WHERE d.level = 'community'
          AND (EXISTS (SELECT FROM gridgov.account_scope s
                       WHERE s.account_id = me AND s.kind = 'community' AND s.ref = d.division_id)
               OR EXISTS (SELECT FROM gridgov.account_scope s
                          WHERE s.account_id = me AND s.kind = 'subdistrict' AND s.ref = d.parent_id)));
END
$$;

-- Grids of the plan in force that the account answers for: those named, and those of the communities named.
CREATE FUNCTION gridgov.my_grids() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me text := gridgov.my_account();
    communities text[] := gridgov.my_communities();
BEGIN
    RETURN ARRAY(
        SELECT g.group_id FROM gridgov.plan_group g
        WHERE g.plan_id = gridgov.plan_in_force() AND g.level = 'grid'
          AND (g.community_id = ANY (communities)
               OR EXISTS (SELECT FROM gridgov.account_scope s
                          WHERE s.account_id = me AND s.kind = 'grid' AND s.ref = g.group_id)));
END
$$;

-- ── Coming in ────────────────────────────────────────────────────────────────────────────────────────────────────

-- The account of a session that holds. Use makes it hold on: two hours from the last use, twelve in all; written at
-- most once a minute, and never by waiting for another request of the same session.
CREATE FUNCTION gridgov.open_session(wanted text)
    RETURNS TABLE (account_id text, login text, role text, name text, language text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    until timestamptz;
    longest timestamptz;
BEGIN
    SELECT s.expires_at, s.created_at + interval '12 hours', a.account_id, a.login, a.role, a.name, a.language
    INTO until, longest, account_id, login, role, name, language
    FROM gridgov.session s JOIN gridgov.account a ON a.account_id = s.account_id
    WHERE s.token_hash = wanted AND NOT a.disabled AND s.expires_at > now() AND s.created_at > now() - interval '12 hours';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF until < least(now() + interval '119 minutes', longest) THEN
        UPDATE gridgov.session s SET expires_at = least(now() + interval '2 hours', longest)
        WHERE s.token_hash = (SELECT t.token_hash FROM gridgov.session t WHERE t.token_hash = wanted
                              FOR NO KEY UPDATE SKIP LOCKED);
    END IF;
    RETURN NEXT;
END
$$;

-- The first statement of every request. Without a session that holds there is no row, and the role stays gridgov_web.
CREATE FUNCTION gridgov.enter(token_hash text)
    RETURNS TABLE (account_id text, login text, role text, name text, language text)
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT o.account_id, o.login, o.role, o.name, o.language INTO account_id, login, role, name, language
    FROM gridgov.open_session(token_hash) AS o;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_catalog.set_config('gridgov.session', token_hash, true);
    PERFORM pg_catalog.set_config('role', 'gridgov_' || role, true);
    RETURN NEXT;
END
$$;

-- The one way by which a request writes into the audit: the actor is who the session belongs to.
CREATE FUNCTION gridgov.note(act text, object text, facts jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    actor text := gridgov.my_login();
BEGIN
    IF actor IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO gridgov.audit (actor, act, object, facts) VALUES (actor, act, object, facts);
END
$$;

-- ── What each role reads ─────────────────────────────────────────────────────────────────────────────────────────

-- Put a table under row security and open it to roles. To be called again for other roles of the same table; a table
-- that nobody may read is guarded with no roles.
--   reading  condition on a row for SELECT; what is asked of the session stands in it as (SELECT gridgov.my_…())
--   columns  the columns opened; all when null
--   writing  condition on a row for INSERT, UPDATE and DELETE; no writing when null
CREATE PROCEDURE gridgov.guard(
    target regclass, roles text[], reading text DEFAULT 'true', columns text[] DEFAULT NULL, writing text DEFAULT NULL)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one text;
    listed text := coalesce('(' || (SELECT string_agg(quote_ident(c), ', ') FROM unnest(columns) AS c) || ')', '');
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target);
    FOREACH one IN ARRAY roles LOOP
        EXECUTE format('GRANT SELECT %s ON %s TO %I', listed, target, 'gridgov_' || one);
        EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO %I USING ((SELECT gridgov.acts_as(%L)) AND (%s))',
                       'read_' || one, target, 'gridgov_' || one, one, reading);
        CONTINUE WHEN writing IS NULL;
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO %I', target, 'gridgov_' || one);
        EXECUTE format('CREATE POLICY %I ON %s FOR INSERT TO %I WITH CHECK ((SELECT gridgov.acts_as(%L)) AND (%s))',
                       'insert_' || one, target, 'gridgov_' || one, one, writing);
        EXECUTE format('CREATE POLICY %I ON %s FOR UPDATE TO %I USING ((SELECT gridgov.acts_as(%L)) AND (%s))',
                       'update_' || one, target, 'gridgov_' || one, one, writing);
        EXECUTE format('CREATE POLICY %I ON %s FOR DELETE TO %I USING ((SELECT gridgov.acts_as(%L)) AND (%s))',
                       'delete_' || one, target, 'gridgov_' || one, one, writing);
    END LOOP;
END
$$;

DO $$
DECLARE
    everybody constant text[] := '{viewer, officer, supervisor, analyst, administrator, auditor}';
    readers constant text[] := '{viewer, officer, supervisor, analyst, auditor}';
    outside constant text[] := '{viewer, analyst, auditor}';
    field constant text[] := '{officer, supervisor}';
    published constant text := 'plan_id = ANY ((SELECT gridgov.published_plans())::text[])';
    of_mine constant text := 'plan_id = (SELECT gridgov.plan_in_force()) AND grid_id = ANY ((SELECT gridgov.my_grids())::text[])';
    in_mine constant text := 'community_id = ANY ((SELECT gridgov.my_communities())::text[])';
    in_my_buildings constant text :=
        'building_id IN (SELECT b.building_id FROM gridgov.building AS b WHERE b.' || in_mine || ')';
    building_without_address constant text[] := '{building_id, community_id, households, households_estimated, floors,
        floors_source, height_m, units, use, name, geom, geom_3857}';
    one text;
BEGIN
    -- the ground: whoever is signed in; the administrator puts it right
    FOREACH one IN ARRAY ARRAY['division', 'barrier', 'compound', 'shelter', 'facility'] LOOP
        CALL gridgov.guard(('gridgov.' || one)::regclass, readers);
        CALL gridgov.guard(('gridgov.' || one)::regclass, '{administrator}', writing => 'true');
    END LOOP;
    CALL gridgov.guard('gridgov.building', '{viewer, auditor}', columns => building_without_address);
    CALL gridgov.guard('gridgov.building', '{officer, supervisor, analyst}');
    CALL gridgov.guard('gridgov.building', '{administrator}', writing => 'true');

    -- people and their homes: who answers for them
    CALL gridgov.guard('gridgov.rental_house', '{officer}',
        'rental_house_id IN (SELECT r.rental_house_id FROM gridgov.plan_rental AS r)');
    CALL gridgov.guard('gridgov.rental_house', '{supervisor}',
        'rental_house_id IN (SELECT r.rental_house_id FROM gridgov.plan_rental AS r) OR ' || in_my_buildings);
    CALL gridgov.guard('gridgov.household', '{officer}',
        'household_id IN (SELECT h.household_id FROM gridgov.plan_household AS h)');
    CALL gridgov.guard('gridgov.household', '{supervisor}',
        'household_id IN (SELECT h.household_id FROM gridgov.plan_household AS h) OR ' || in_my_buildings);
    CALL gridgov.guard('gridgov.resident', field,
        'household_id IN (SELECT h.household_id FROM gridgov.household AS h)');
    CALL gridgov.guard('gridgov.volunteer', '{supervisor}', in_mine);
    CALL gridgov.guard('gridgov.liaison', outside, columns => '{liaison_id, name, workplace, subdistrict}');
    CALL gridgov.guard('gridgov.liaison', field);
    FOREACH one IN ARRAY ARRAY['rental_house', 'household', 'resident', 'volunteer', 'liaison'] LOOP
        CALL gridgov.guard(('gridgov.' || one)::regclass, '{administrator}', writing => 'true');
    END LOOP;

    -- plans: published ones, and drafts for who works on them
    FOREACH one IN ARRAY ARRAY['plan', 'plan_cell', 'plan_atom', 'plan_group', 'plan_liaison', 'plan_figure'] LOOP
        CALL gridgov.guard(('gridgov.' || one)::regclass, '{viewer, officer, supervisor, auditor}', published);
        CALL gridgov.guard(('gridgov.' || one)::regclass, '{analyst, administrator}');
    END LOOP;
    CALL gridgov.guard('gridgov.plan_shelter', '{viewer, auditor}', published || ' AND people >= 10');
    CALL gridgov.guard('gridgov.plan_shelter', '{analyst}', 'people >= 10');
    CALL gridgov.guard('gridgov.plan_shelter', field, published);
    CALL gridgov.guard('gridgov.plan_shelter', '{administrator}');
    CALL gridgov.guard('gridgov.plan_finding', '{viewer}',
        published || $q$ AND layer <> ALL ('{households, residents, rental_houses}')$q$, '{plan_id, layer, rule, severity}');
    CALL gridgov.guard('gridgov.plan_finding', '{officer, supervisor, auditor}',
        published || $q$ AND layer <> ALL ('{households, residents, rental_houses}')$q$);
    CALL gridgov.guard('gridgov.plan_finding', '{analyst}', $q$layer <> ALL ('{households, residents, rental_houses}')$q$);
    CALL gridgov.guard('gridgov.plan_finding', '{administrator}');
    CALL gridgov.guard('gridgov.plan_rental', field, of_mine);
    CALL gridgov.guard('gridgov.plan_household', field, of_mine);
    CALL gridgov.guard('gridgov.plan_rental', '{administrator}');
    CALL gridgov.guard('gridgov.plan_household', '{administrator}');

    -- records
    CALL gridgov.guard('gridgov.import_run', '{administrator}');
    CALL gridgov.guard('gridgov.import_finding', '{administrator}');
    CALL gridgov.guard('gridgov.account', '{administrator}', columns => '{account_id, login, role, name, language, disabled}');
    CALL gridgov.guard('gridgov.account_scope', field, 'account_id = (SELECT gridgov.my_account())');
    CALL gridgov.guard('gridgov.account_scope', '{administrator}');
    CALL gridgov.guard('gridgov.session', '{}');
    CALL gridgov.guard('gridgov.audit', '{auditor}');
END
$$;

GRANT USAGE ON SCHEMA gridgov
    TO gridgov_web, gridgov_door, gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst,
    gridgov_administrator, gridgov_auditor;

-- ── What each role calls ─────────────────────────────────────────────────────────────────────────────────────────

-- To be called at the end of every migration that makes functions: nobody may call one unless it is opened.
CREATE PROCEDURE gridgov.close_functions() LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA gridgov FROM PUBLIC;
END
$$;
CALL gridgov.close_functions();

GRANT EXECUTE ON FUNCTION gridgov.enter(text), gridgov.open_session(text), gridgov.today() TO gridgov_web;
GRANT EXECUTE ON FUNCTION gridgov.today(), gridgov.my_account(), gridgov.my_role(), gridgov.my_login(), gridgov.acts_as(text),
    gridgov.plan_in_force(date), gridgov.published_plans(), gridgov.my_communities(), gridgov.my_grids(),
    gridgov.note(text, text, jsonb)
    TO gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
