DROP FUNCTION identity.spend(text, integer);
DROP TABLE identity.allowance;
DROP TABLE identity.person;
DROP SCHEMA identity;
