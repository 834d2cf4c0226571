"""How fast maps are served, beside TiPg and beside ST_AsMVT alone."""
