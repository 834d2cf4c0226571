"""A server over a toy district of this folder's own, as the tests of the web have it."""

from __future__ import annotations

import pytest

from gridgov.services.access import ROLES, make_account
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from tests.web import toy
from tests.web.conftest import PASSWORD, address, app, signed_in, toy_engine, toy_web_engine, visitor

__all__ = ["address", "app", "signed_in", "toy_engine", "toy_url", "toy_web_engine", "toy_web_url", "visitor"]
NAME = "toy_tiles"


@pytest.fixture(scope="session")
def toy_url(cluster: PrivateCluster, migrated_template: str) -> str:
    """Address of a database with the toy district and one account a role."""
    cluster.make_database(NAME, template=migrated_template)
    engine = make_engine(cluster.url(NAME))
    toy.fill(engine)
    for role in ROLES:
        make_account(engine, role, PASSWORD, role, name=f"{role} person")
    engine.dispose()
    return cluster.url(NAME)


@pytest.fixture(scope="session")
def toy_web_url(cluster: PrivateCluster, toy_url: str) -> str:
    """Address of the toy district for the web server's role."""
    return cluster.web_url(NAME)
