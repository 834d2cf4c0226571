-- Passwords for programs, a second factor, and failed sign-ins that every worker sees.

CREATE TABLE gridgov.app_password (
    app_password_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT app_password_pk PRIMARY KEY (app_password_id),
    CONSTRAINT app_password_secret_hash_key UNIQUE (secret_hash),
    CONSTRAINT app_password_account_id_fk FOREIGN KEY (account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);
CREATE INDEX app_password_account_id_index ON gridgov.app_password (account_id);

CREATE TABLE gridgov.second_factor (
    account_id TEXT NOT NULL,
    secret BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    -- number of the last 30 seconds whose code was used: none is used twice
    last_step BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT second_factor_pk PRIMARY KEY (account_id),
    CONSTRAINT second_factor_account_id_fk FOREIGN KEY (account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);

CREATE TABLE gridgov.recovery_code (
    code_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    CONSTRAINT recovery_code_pk PRIMARY KEY (code_hash),
    CONSTRAINT recovery_code_account_id_fk FOREIGN KEY (account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);
CREATE INDEX recovery_code_account_id_index ON gridgov.recovery_code (account_id);

CREATE TABLE gridgov.sign_in_try (
    -- hash of a login, whether an account bears it or not: people type passwords into the wrong field
    subject TEXT NOT NULL,
    tries INTEGER NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sign_in_try_pk PRIMARY KEY (subject),
    CONSTRAINT sign_in_try_tries_least_check CHECK (tries >= 0)
);
CREATE INDEX sign_in_try_first_at_index ON gridgov.sign_in_try (first_at);

ALTER TABLE gridgov.session ADD COLUMN app_password_id TEXT;
ALTER TABLE gridgov.session ADD COLUMN client TEXT DEFAULT '' NOT NULL;
ALTER TABLE gridgov.session ADD CONSTRAINT session_app_password_id_fk
    FOREIGN KEY (app_password_id) REFERENCES gridgov.app_password (app_password_id) ON DELETE CASCADE;
CREATE INDEX session_app_password_id_index ON gridgov.session (app_password_id);

-- What may be done before it is known who asks. Each function does one step of signing in; the tables behind them are
-- closed. They are for the role gridgov_door alone: a request, whatever it slips into its questions, runs as gridgov_web,
-- and can neither fetch the hash of a password nor open a session.

-- A try is counted before the password is looked at: a thousand tries at once are still a thousand tries.
CREATE FUNCTION gridgov.count_try(a_subject text, at timestamptz, since timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seen integer;
BEGIN
    DELETE FROM gridgov.sign_in_try t WHERE t.subject IN (
        SELECT old.subject FROM gridgov.sign_in_try old WHERE old.first_at <= since AND old.subject <> a_subject
        LIMIT 20 FOR UPDATE SKIP LOCKED);
    INSERT INTO gridgov.sign_in_try AS t (subject, tries, first_at) VALUES (a_subject, 1, at)
    ON CONFLICT (subject) DO UPDATE SET
        tries = CASE WHEN t.first_at <= since THEN 1 ELSE least(t.tries, 1000000) + 1 END,
        first_at = CASE WHEN t.first_at <= since THEN at ELSE t.first_at END
    RETURNING t.tries INTO seen;
    RETURN seen;
END
$$;

CREATE FUNCTION gridgov.forget_tries(a_subject text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM gridgov.sign_in_try WHERE subject = a_subject
$$;

CREATE FUNCTION gridgov.give_back_try(a_subject text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE gridgov.sign_in_try SET tries = greatest(tries - 1, 0) WHERE subject = a_subject
$$;

CREATE FUNCTION gridgov.find_login(a_login text)
RETURNS TABLE (account_id text, login text, name text, role text, language text, disabled boolean,
               password_hash text, factor bytea, factor_key_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.account_id, a.login, a.name, a.role, a.language, a.disabled, a.password_hash, f.secret, f.key_id
    FROM gridgov.account a
    LEFT JOIN gridgov.second_factor f ON f.account_id = a.account_id AND f.confirmed_at IS NOT NULL
    WHERE a.login = a_login
$$;

CREATE FUNCTION gridgov.use_step(an_account text, step bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE gridgov.second_factor SET last_step = step WHERE account_id = an_account AND last_step < step;
    RETURN FOUND;
END
$$;

CREATE FUNCTION gridgov.use_recovery_code(an_account text, a_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM gridgov.recovery_code WHERE account_id = an_account AND code_hash = a_hash;
    RETURN FOUND;
END
$$;

-- A failure is in the audit under the hash of what was typed, with the login when there is such an account.
CREATE FUNCTION gridgov.fail_sign_in(a_subject text, a_login text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO gridgov.audit (actor, act, object, facts)
    SELECT '', 'sign-in-failed', a_subject, CASE WHEN EXISTS (SELECT FROM gridgov.account a WHERE a.login = a_login)
                                            THEN jsonb_build_object('login', a_login) ELSE '{}' END
$$;

-- Opened only with the password hash that was just seen to fit: a password changed meanwhile opens nothing.
CREATE FUNCTION gridgov.start_session(
    a_hash text, an_account text, proof text, at timestamptz, until timestamptz, a_client text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a_login text;
BEGIN
    SELECT a.login INTO a_login FROM gridgov.account a
    WHERE a.account_id = an_account AND a.password_hash = proof AND NOT a.disabled;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM gridgov.session WHERE expires_at <= at;
    INSERT INTO gridgov.session (token_hash, account_id, created_at, expires_at, client)
    VALUES (a_hash, an_account, at, until, a_client);
    INSERT INTO gridgov.audit (actor, act, object) VALUES (a_login, 'signed-in', an_account);
    RETURN true;
END
$$;

CREATE FUNCTION gridgov.end_session(a_hash text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM gridgov.session WHERE token_hash = a_hash
$$;

-- A password of a program is random and long: a plain hash finds it, and its session bears the next requests.
CREATE FUNCTION gridgov.start_app_session(
    a_login text, a_secret_hash text, a_hash text, at timestamptz, until timestamptz, a_client text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_id text;
    found_account text;
BEGIN
    SELECT p.app_password_id, p.account_id INTO found_id, found_account
    FROM gridgov.app_password p JOIN gridgov.account a ON a.account_id = p.account_id
    WHERE p.secret_hash = a_secret_hash AND a.login = a_login AND NOT a.disabled;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE gridgov.app_password SET used_at = at WHERE app_password_id = found_id;
    INSERT INTO gridgov.audit (actor, act, object, facts)
    VALUES (a_login, 'app-signed-in', found_account, jsonb_build_object('app_password_id', found_id));
    DELETE FROM gridgov.session WHERE expires_at <= at;
    INSERT INTO gridgov.session (token_hash, account_id, created_at, expires_at, client, app_password_id)
    VALUES (a_hash, found_account, at, until, a_client, found_id)
    ON CONFLICT (token_hash) DO UPDATE SET created_at = at, expires_at = until;
    RETURN found_account;
END
$$;

CREATE FUNCTION gridgov.put_password(an_account text, old_hash text, new_hash text, chosen boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- who knows the hash that is replaced has just seen the password it fits
    UPDATE gridgov.account SET password_hash = new_hash WHERE account_id = an_account AND password_hash = old_hash;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- else it is the same password, hashed anew
    IF chosen THEN
        DELETE FROM gridgov.session WHERE account_id = an_account;
        INSERT INTO gridgov.audit (actor, act, object)
        SELECT a.login, 'password-changed', a.account_id FROM gridgov.account a WHERE a.account_id = an_account;
    END IF;
    RETURN true;
END
$$;

-- The same session under a new token: who stole the old one has nothing.
CREATE FUNCTION gridgov.rotate_session(old_hash text, new_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE gridgov.session SET token_hash = new_hash WHERE token_hash = old_hash AND app_password_id IS NULL;
    RETURN FOUND;
END
$$;

-- What an administrator may do to the doors of others: see whether they are there, and close them. Opening is nobody's.
CREATE FUNCTION gridgov.may_manage() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT gridgov.acts_as('administrator') OR pg_has_role(session_user, current_user, 'MEMBER')
$$;

CREATE FUNCTION gridgov.list_doors()
RETURNS TABLE (account_id text, second_factor boolean, app_passwords integer, sessions integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.account_id,
           EXISTS (SELECT FROM gridgov.second_factor f WHERE f.account_id = a.account_id AND f.confirmed_at IS NOT NULL),
           (SELECT count(*)::integer FROM gridgov.app_password p WHERE p.account_id = a.account_id),
           (SELECT count(*)::integer FROM gridgov.session s WHERE s.account_id = a.account_id AND s.expires_at > now())
    FROM gridgov.account a WHERE gridgov.may_manage()
$$;

CREATE FUNCTION gridgov.close_doors(an_account text, app_passwords boolean, second_factor boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gridgov.may_manage() THEN
        RAISE EXCEPTION 'only an administrator closes the doors of others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM gridgov.session s WHERE s.account_id = an_account;
    IF app_passwords THEN
        DELETE FROM gridgov.app_password p WHERE p.account_id = an_account;
    END IF;
    IF second_factor THEN
        DELETE FROM gridgov.recovery_code c WHERE c.account_id = an_account;
        DELETE FROM gridgov.second_factor f WHERE f.account_id = an_account;
    END IF;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION
    gridgov.count_try(text, timestamptz, timestamptz), gridgov.forget_tries(text), gridgov.give_back_try(text),
    gridgov.find_login(text), gridgov.use_step(text, bigint), gridgov.use_recovery_code(text, text),
    gridgov.fail_sign_in(text, text), gridgov.start_session(text, text, text, timestamptz, timestamptz, text),
    gridgov.end_session(text), gridgov.start_app_session(text, text, text, timestamptz, timestamptz, text),
    gridgov.put_password(text, text, text, boolean), gridgov.rotate_session(text, text)
    TO gridgov_door;
GRANT EXECUTE ON FUNCTION gridgov.list_doors(), gridgov.close_doors(text, boolean, boolean) TO gridgov_administrator;

-- Everybody sees and changes what is their own; hashes and secrets of passwords are read by the functions above only.
DO $$
DECLARE
    everybody constant text[] := '{viewer, officer, supervisor, analyst, administrator, auditor}';
    own constant text := 'account_id = (SELECT gridgov.my_account())';
    one text;
BEGIN
    CALL gridgov.guard('gridgov.app_password', everybody, own, '{app_password_id, account_id, name, created_at, used_at}', own);
    CALL gridgov.guard('gridgov.second_factor', everybody, own, NULL, own);
    CALL gridgov.guard('gridgov.recovery_code', everybody, own, '{account_id}', own);
    CALL gridgov.guard('gridgov.sign_in_try', '{}');
    CALL gridgov.guard('gridgov.session', everybody, own);
    FOREACH one IN ARRAY everybody LOOP
        EXECUTE format('GRANT DELETE ON gridgov.session TO %I', 'gridgov_' || one);
        EXECUTE format('CREATE POLICY %I ON gridgov.session FOR DELETE TO %I USING ((SELECT gridgov.acts_as(%L)) AND (%s))',
                       'delete_' || one, 'gridgov_' || one, one, own);
    END LOOP;
    GRANT INSERT, UPDATE (password_hash, role, name, language, disabled) ON gridgov.account TO gridgov_administrator;
    CREATE POLICY insert_administrator ON gridgov.account FOR INSERT TO gridgov_administrator
        WITH CHECK ((SELECT gridgov.acts_as('administrator')));
    CREATE POLICY update_administrator ON gridgov.account FOR UPDATE TO gridgov_administrator
        USING ((SELECT gridgov.acts_as('administrator')));
    GRANT INSERT, DELETE ON gridgov.account_scope TO gridgov_administrator;
    CREATE POLICY insert_administrator ON gridgov.account_scope FOR INSERT TO gridgov_administrator
        WITH CHECK ((SELECT gridgov.acts_as('administrator')));
    CREATE POLICY delete_administrator ON gridgov.account_scope FOR DELETE TO gridgov_administrator
        USING ((SELECT gridgov.acts_as('administrator')));
END
$$;
