"""The pure rules: tables in, tables out; no file, database, network, clock or hidden chance."""
