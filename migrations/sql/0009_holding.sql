-- What still holds, asked once for all tiles that are wanted at one moment and are kept by the web server already.

-- Of these sessions those that hold, as `open_session` judges them, each with its account and role; of these plans (null
-- stands for the one in force) the marks of those that everybody who is signed in may see; and the marks of these layers
-- of the ground. Nobody learns of a mark without one session that holds.
CREATE FUNCTION gridgov.still_holds(sessions text[], plans text[], layers text[])
    RETURNS TABLE (kind text, name text, value text, role text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT 'session', s.hash, o.account_id, o.role
        FROM unnest(sessions) AS s (hash), gridgov.open_session(s.hash) AS o;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF plans <> '{}' THEN
        RETURN QUERY SELECT 'plan', w.name, p.plan_id || ' ' || extract(epoch FROM p.created_at), NULL::text
            FROM unnest(plans) AS w (name)
            JOIN gridgov.plan AS p
                ON p.plan_id = CASE WHEN w.name IS NULL THEN gridgov.plan_in_force() ELSE w.name END
            WHERE p.status = 'published' AND p.published_from <= gridgov.today();
    END IF;
    IF layers <> '{}' THEN
        RETURN QUERY SELECT 'layer', w.name, gridgov.layer_mark(w.name), NULL::text FROM unnest(layers) AS w (name);
    END IF;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.still_holds(text[], text[], text[]) TO gridgov_web;
