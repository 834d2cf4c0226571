"""The division measured: our engine and public tools on the same cells, graph and tower bands."""
