-- The audit sealed: each row's seal is a hash of the row and of the seal before, so that a changed, removed or slipped-in
-- row breaks the chain. The head of the chain is signed with a key outside the database (gridgov audit checkpoint).

CREATE TABLE gridgov.audit_seal (
    seal_no BIGINT NOT NULL,
    audit_id BIGINT NOT NULL,
    seal BYTEA NOT NULL,
    CONSTRAINT audit_seal_pk PRIMARY KEY (seal_no),
    CONSTRAINT audit_seal_audit_id_key UNIQUE (audit_id),
    CONSTRAINT audit_seal_seal_check CHECK (length(seal) = 32)
);
CREATE INDEX audit_act_audit_id_index ON gridgov.audit (act, audit_id);
CREATE INDEX audit_actor_audit_id_index ON gridgov.audit (actor, audit_id);
CREATE INDEX audit_object_audit_id_index ON gridgov.audit (object, audit_id);

CREATE TRIGGER audit_seal_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON gridgov.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION gridgov.refuse();

-- Each part with its length before it, so that no two rows have the same text.
CREATE FUNCTION gridgov.make_seal(previous bytea, number bigint, entry gridgov.audit) RETURNS bytea LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part text;
    framed text := '';
BEGIN
    FOREACH part IN ARRAY ARRAY[
        encode(previous, 'hex'), number::text, entry.audit_id::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        entry.actor, entry.act, entry.object, entry.facts::text] LOOP
        framed := framed || octet_length(convert_to(part, 'UTF8')) || ':' || part || ',';
    END LOOP;
    RETURN sha256(convert_to(framed, 'UTF8'));
END
$$;

-- At the end of the transaction, so that rows wait for one another only while they commit; the lock is the last that a
-- transaction takes, so that none can wait in a circle.
CREATE FUNCTION gridgov.seal_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last_no bigint;
    last_seal bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(47115003);
    SELECT s.seal_no, s.seal INTO last_no, last_seal FROM gridgov.audit_seal s ORDER BY s.seal_no DESC LIMIT 1;
    last_no := coalesce(last_no, 0) + 1;
    INSERT INTO gridgov.audit_seal (seal_no, audit_id, seal)
    VALUES (last_no, NEW.audit_id, gridgov.make_seal(coalesce(last_seal, '\x'), last_no, NEW));
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER audit_seal_row AFTER INSERT ON gridgov.audit DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION gridgov.seal_audit();

-- Rows from before there were seals.
DO $$
DECLARE
    entry gridgov.audit;
    number bigint := 0;
    last bytea := '\x';
BEGIN
    FOR entry IN SELECT * FROM gridgov.audit ORDER BY audit_id LOOP
        number := number + 1;
        last := gridgov.make_seal(last, number, entry);
        INSERT INTO gridgov.audit_seal (seal_no, audit_id, seal) VALUES (number, entry.audit_id, last);
    END LOOP;
END
$$;

-- The head of the chain, or one seal of it, for who signs it.
CREATE FUNCTION gridgov.audit_head(wanted bigint DEFAULT NULL) RETURNS TABLE (seal_no bigint, audit_id bigint, seal bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.seal_no, s.audit_id, s.seal FROM gridgov.audit_seal s
    WHERE wanted IS NULL OR s.seal_no = wanted ORDER BY s.seal_no DESC LIMIT 1
$$;

-- One way to write for every caller: a request by its session, the owner by the name it gives.
CREATE FUNCTION gridgov.write_audit(actor text, act text, object text, facts jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('gridgov.session', true), '') <> '' THEN
        PERFORM gridgov.note(act, object, facts);
    ELSE
        INSERT INTO gridgov.audit (actor, act, object, facts) VALUES (actor, act, object, facts);
    END IF;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.audit_head(bigint) TO gridgov_web, gridgov_auditor;
GRANT EXECUTE ON FUNCTION gridgov.write_audit(text, text, text, jsonb)
    TO gridgov_viewer, gridgov_officer, gridgov_supervisor, gridgov_analyst, gridgov_administrator, gridgov_auditor;
CALL gridgov.guard('gridgov.audit_seal', '{auditor}');
