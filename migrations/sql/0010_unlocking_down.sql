DROP FUNCTION gridgov.lift_lock(text);
CREATE OR REPLACE FUNCTION gridgov.put_password(an_account text, old_hash text, new_hash text, chosen boolean) RETURNS boolean
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
