REVOKE INSERT, DELETE ON gridgov.account_scope FROM gridgov_administrator;
DROP POLICY insert_administrator ON gridgov.account_scope;
DROP POLICY delete_administrator ON gridgov.account_scope;
REVOKE INSERT, UPDATE ON gridgov.account FROM gridgov_administrator;
DROP POLICY insert_administrator ON gridgov.account;
DROP POLICY update_administrator ON gridgov.account;
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY '{viewer, officer, supervisor, analyst, administrator, auditor}'::text[] LOOP
        EXECUTE format('REVOKE SELECT, DELETE ON gridgov.session FROM %I', 'gridgov_' || one);
        EXECUTE format('DROP POLICY %I ON gridgov.session', 'read_' || one);
        EXECUTE format('DROP POLICY %I ON gridgov.session', 'delete_' || one);
    END LOOP;
END
$$;
DROP FUNCTION gridgov.close_doors(text, boolean, boolean);
DROP FUNCTION gridgov.list_doors();
DROP FUNCTION gridgov.may_manage();
DROP FUNCTION gridgov.rotate_session(text, text);
DROP FUNCTION gridgov.put_password(text, text, text, boolean);
DROP FUNCTION gridgov.start_app_session(text, text, text, timestamptz, timestamptz, text);
DROP FUNCTION gridgov.end_session(text);
DROP FUNCTION gridgov.start_session(text, text, text, timestamptz, timestamptz, text);
DROP FUNCTION gridgov.fail_sign_in(text, text);
DROP FUNCTION gridgov.use_recovery_code(text, text);
DROP FUNCTION gridgov.use_step(text, bigint);
DROP FUNCTION gridgov.find_login(text);
DROP FUNCTION gridgov.give_back_try(text);
DROP FUNCTION gridgov.forget_tries(text);
DROP FUNCTION gridgov.count_try(text, timestamptz, timestamptz);
ALTER TABLE gridgov.session DROP COLUMN client;
ALTER TABLE gridgov.session DROP COLUMN app_password_id;
DROP TABLE gridgov.sign_in_try;
DROP TABLE gridgov.recovery_code;
DROP TABLE gridgov.second_factor;
DROP TABLE gridgov.app_password;
