-- A new password from an administrator takes the lock of too many tries away; nobody else may.
CREATE FUNCTION gridgov.lift_lock(a_subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT gridgov.may_manage() THEN
        RAISE EXCEPTION 'only an administrator takes a lock away' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM gridgov.sign_in_try WHERE subject = a_subject;
END
$$;

-- Who changes the password because somebody may know it wants everybody out: programs too, whose app passwords
-- somebody who knew it could have made.
CREATE OR REPLACE FUNCTION gridgov.put_password(an_account text, old_hash text, new_hash text, chosen boolean)
RETURNS boolean
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
        DELETE FROM gridgov.app_password WHERE account_id = an_account;
        INSERT INTO gridgov.audit (actor, act, object)
        SELECT a.login, 'password-changed', a.account_id FROM gridgov.account a WHERE a.account_id = an_account;
    END IF;
    RETURN true;
END
$$;

CALL gridgov.close_functions();
GRANT EXECUTE ON FUNCTION gridgov.lift_lock(text) TO gridgov_administrator;
