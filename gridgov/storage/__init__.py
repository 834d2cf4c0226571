"""What lasts: the only room that knows SQL and file formats."""
