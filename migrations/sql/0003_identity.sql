-- Who residents are, apart from what is counted: every value is encrypted by the program, with keys outside the database.

CREATE SCHEMA identity;

CREATE TABLE identity.person (
    resident_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    index_key_id TEXT NOT NULL,
    name BYTEA,
    telephone BYTEA,
    id_number BYTEA,
    address BYTEA,
    -- a few bytes of a keyed hash: enough to find a handful of rows that are then opened and compared
    name_index BYTEA,
    telephone_index BYTEA,
    id_number_index BYTEA,
    CONSTRAINT person_pk PRIMARY KEY (resident_id),
    CONSTRAINT person_resident_id_fk FOREIGN KEY (resident_id) REFERENCES gridgov.resident (resident_id) ON DELETE CASCADE
);
CREATE INDEX person_name_index_index ON identity.person (name_index);
CREATE INDEX person_telephone_index_index ON identity.person (telephone_index);
CREATE INDEX person_id_number_index_index ON identity.person (id_number_index);
CREATE INDEX person_key_id_index ON identity.person (key_id);

-- What an account has used today of what it may do in a day.
CREATE TABLE identity.allowance (
    account_id TEXT NOT NULL,
    act TEXT NOT NULL,
    used_on DATE NOT NULL,
    used INTEGER NOT NULL,
    CONSTRAINT allowance_pk PRIMARY KEY (account_id, act, used_on),
    CONSTRAINT allowance_used_least_check CHECK (used >= 1),
    CONSTRAINT allowance_account_id_fk FOREIGN KEY (account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);

-- Use one of today's; null when there are none left. Two requests at once wait for each other here.
CREATE FUNCTION identity.spend(an_act text, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me text := gridgov.my_account();
    now_used integer;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF most < 1 THEN
        RETURN NULL;
    END IF;
    INSERT INTO identity.allowance AS a (account_id, act, used_on, used) VALUES (me, an_act, gridgov.today(), 1)
    ON CONFLICT (account_id, act, used_on) DO UPDATE SET used = a.used + 1 WHERE a.used < most
    RETURNING a.used INTO now_used;
    RETURN now_used;
END
$$;

GRANT USAGE ON SCHEMA identity TO gridgov_officer, gridgov_supervisor, gridgov_administrator;
REVOKE ALL ON FUNCTION identity.spend(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.spend(text, integer) TO gridgov_officer, gridgov_supervisor, gridgov_administrator;

-- Whose residents one sees, those encrypted rows one may fetch; the program opens them, with a reason.
CALL gridgov.guard('identity.person', '{officer, supervisor, administrator}',
    'EXISTS (SELECT FROM gridgov.resident r WHERE r.resident_id = person.resident_id)');
CALL gridgov.guard('identity.allowance', '{}');
