DROP POLICY update_officer ON gridgov.rental_house;
DROP POLICY update_supervisor ON gridgov.rental_house;
DROP POLICY insert_supervisor ON gridgov.rental_house;
DROP POLICY delete_supervisor ON gridgov.rental_house;
REVOKE UPDATE ON gridgov.rental_house FROM gridgov_officer, gridgov_supervisor;
REVOKE INSERT, DELETE ON gridgov.rental_house FROM gridgov_supervisor;
