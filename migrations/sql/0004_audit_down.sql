DROP FUNCTION gridgov.write_audit(text, text, text, jsonb);
DROP FUNCTION gridgov.audit_head(bigint);
DROP TRIGGER audit_seal_row ON gridgov.audit;
DROP FUNCTION gridgov.seal_audit();
DROP FUNCTION gridgov.make_seal(bytea, bigint, gridgov.audit);
DROP TABLE gridgov.audit_seal;
DROP INDEX gridgov.audit_object_audit_id_index;
DROP INDEX gridgov.audit_actor_audit_id_index;
DROP INDEX gridgov.audit_act_audit_id_index;
