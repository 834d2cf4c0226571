"""Proof over the whole: what leaves the server, by whatever route, to whomever."""
