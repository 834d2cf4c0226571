DROP FUNCTION gridgov.still_holds(text[], text[], text[]);
