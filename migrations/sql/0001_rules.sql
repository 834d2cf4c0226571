-- Rules that hold whoever writes: a published plan is history, and so is the audit.

CREATE FUNCTION gridgov.guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed gridgov.plan;
BEGIN
    IF OLD.status <> 'published' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- the one thing that may still happen to it: the day from which it no longer holds
        closed := OLD;
        closed.published_to := NEW.published_to;
        IF closed = NEW AND (OLD.published_to IS NULL OR OLD.published_to = NEW.published_to) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'plan % is published and cannot be changed', OLD.plan_id
        USING ERRCODE = 'integrity_constraint_violation', HINT = 'Make a new plan and publish that.';
END
$$;

CREATE TRIGGER plan_guard BEFORE UPDATE OR DELETE ON gridgov.plan
    FOR EACH ROW EXECUTE FUNCTION gridgov.guard_plan();

-- Once a statement, not once a row: a plan is written with a few COPYs of a hundred thousand rows.
-- FOR SHARE waits for a publication that is under way and makes a later one wait for this transaction.
CREATE FUNCTION gridgov.guard_plan_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen text;
BEGIN
    PERFORM 1 FROM gridgov.plan p WHERE p.plan_id IN (SELECT plan_id FROM touched) ORDER BY p.plan_id FOR SHARE;
    SELECT p.plan_id INTO frozen FROM gridgov.plan p
    WHERE p.status = 'published' AND p.plan_id IN (SELECT plan_id FROM touched) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'plan % is published: rows of % cannot be changed', frozen, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Make a new plan and publish that.';
    END IF;
    RETURN NULL;
END
$$;

-- A row may be moved from one plan to another: both must be drafts. An update has two transition tables, this sees the
-- old one; the new one is seen by a second trigger.
CREATE FUNCTION gridgov.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are history', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION gridgov.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gridgov.plan WHERE status = 'published') THEN
        RAISE EXCEPTION 'TRUNCATE of % is refused: there are published plans', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER plan_guard_truncate BEFORE TRUNCATE ON gridgov.plan
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse_truncate();

DO $$
DECLARE
    child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['plan_cell', 'plan_atom', 'plan_group', 'plan_finding', 'plan_rental', 'plan_household',
                                 'plan_liaison', 'plan_shelter'] LOOP
        EXECUTE format('CREATE TRIGGER plan_guard_insert AFTER INSERT ON gridgov.%I REFERENCING NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows()', child);
        EXECUTE format('CREATE TRIGGER plan_guard_update_from AFTER UPDATE ON gridgov.%I REFERENCING OLD TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows()', child);
        EXECUTE format('CREATE TRIGGER plan_guard_update_to AFTER UPDATE ON gridgov.%I REFERENCING NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows()', child);
        EXECUTE format('CREATE TRIGGER plan_guard_delete AFTER DELETE ON gridgov.%I REFERENCING OLD TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.guard_plan_rows()', child);
        EXECUTE format('CREATE TRIGGER plan_guard_truncate BEFORE TRUNCATE ON gridgov.%I
            FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse_truncate()', child);
    END LOOP;
END
$$;

CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON gridgov.audit
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse();
