"""The toy district with two officers who answer for different grids, seen through the database's own eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Connection, Engine

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES, hash_token, make_account, sign_in
from gridgov.services.scopes import set_scopes
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.scopes import Scope, enter

from . import town

PASSWORD = "correct horse"
NAME = "toy_access"

Enter = Callable[[str], AbstractContextManager[Connection]]


@pytest.fixture(scope="session")
def owner(cluster: PrivateCluster, migrated_template: str) -> Iterator[Engine]:
    """The district as its owner has it: officer of community A's grids 0 and 1, `other` of grid 0 of B."""
    cluster.make_database(NAME, template=migrated_template)
    engine = make_engine(cluster.url(NAME))
    town.fill(engine)
    for role in ROLES:
        make_account(engine, role, PASSWORD, role)
    make_account(engine, "other", PASSWORD, "officer")
    set_scopes(engine, "officer", [Scope("grid", "A-g0"), Scope("grid", "A-g1")])
    set_scopes(engine, "other", [Scope("grid", "B-g0")])
    set_scopes(engine, "supervisor", [Scope("subdistrict", "S")])
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def web(cluster: PrivateCluster, owner: Engine) -> Iterator[Engine]:
    """The district as the web server's role reaches it."""
    engine = make_web_engine(cluster.web_url(NAME))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def platform(owner: Engine, web: Engine) -> Platform:
    """The district as a platform that may be served although its writes do not last."""
    return Platform(Settings(throwaway_database=NAME), owner, None, web)


@pytest.fixture(scope="session")
def tokens(owner: Engine) -> dict[str, str]:
    """A session of everybody, by login."""
    return {login: sign_in(owner, login, PASSWORD).token for login in (*ROLES, "other")}


@pytest.fixture
def entered(web: Engine, tokens: dict[str, str]) -> Enter:
    """Give a connection under the role of a login, whose changes are taken back."""

    @contextmanager
    def open_as(login: str) -> Iterator[Connection]:
        with web.connect() as connection, connection.begin() as transaction:
            account = enter(connection, hash_token(tokens[login]))
            assert account is not None and account.login == login
            yield connection
            if transaction.is_active:
                transaction.rollback()

    return open_as
