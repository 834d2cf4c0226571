"""Create, replace, change and delete features, each with its row of the audit in the same transaction."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gridgov.core.layers import get_layer
from gridgov.core.sent_shapes import require_shape
from gridgov.core.systems import System
from gridgov.errors import InputError, NotFoundError, StaleError, UnconditionalError
from gridgov.services.features.values import read_properties
from gridgov.storage.audit import note_act
from gridgov.storage.collections import Collection
from gridgov.storage.collections.changing import (
    UNCHANGED,
    delete_row,
    insert_row,
    lock_row,
    read_district,
    update_row,
)

CHANGED = "The feature was changed since you read it. Read it again and decide again."

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def create_feature(
    connection: Connection, collection: Collection, role: str, sent: Any, system: System
) -> tuple[str, str]:
    """Store a new feature.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    sent : object
        A GeoJSON feature.
    system : System
        What its coordinates are in.

    Returns
    -------
    tuple of (str, str)
        Its key and the tag of its state.

    Raises
    ------
    InputError
        When something in it cannot be stored.
    ConflictError
        When there is such a key already.
    AccessError
        When it would lie outside the caller's scope.
    """
    feature = _require_feature(sent)
    values = read_properties(collection, role, feature.get("properties"), whole=True)
    key = values.get(collection.key)
    if key is not None and role != "administrator":
        # a chosen key would tell whether one exists that the caller does not see
        raise InputError(f"{collection.key} is given by the server. Leave it out.")
    if key is not None and not key.strip():
        raise InputError(f"{collection.key} is empty. Leave it out, then the server gives one.")
    values[collection.key] = key = key or uuid.uuid4().hex
    insert_row(connection, collection, values, _read_shape(connection, collection, feature.get("geometry"), system))
    note_act(connection, "feature-created", f"{collection.name}/{key}", {"properties": sorted(values)})
    return key, lock_row(connection, collection, role, key) or ""


def replace_feature(
    connection: Connection,
    collection: Collection,
    role: str,
    key: str,
    sent: Any,
    system: System,
    if_match: str | None,
) -> str:
    """Store another state of a feature; what is not in it becomes null.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    key : str
        Key of the feature.
    sent : object
        A GeoJSON feature.
    system : System
        What its coordinates are in.
    if_match : str, optional
        Tags of the state that the caller read.

    Returns
    -------
    str
        Tag of the new state.

    Raises
    ------
    NotFoundError, UnconditionalError, StaleError
        When it is not there, no tag was given, or it was changed since.
    InputError, AccessError
        As `create_feature`.
    """
    _require_state(connection, collection, role, key, if_match, replacing=True)
    feature = _require_feature(sent)
    values = _take_key(collection, key, read_properties(collection, role, feature.get("properties"), whole=True))
    shape = _read_shape(connection, collection, feature.get("geometry"), system)
    return _update(connection, collection, role, key, values, shape)


def patch_feature(
    connection: Connection,
    collection: Collection,
    role: str,
    key: str,
    sent: Any,
    system: System,
    if_match: str | None,
) -> str:
    """Change parts of a feature; null takes a value away [RFC 7396].

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    key : str
        Key of the feature.
    system : System
        What its coordinates are in.
    if_match : str, optional
        Tags of the state that the caller read.
    sent : object
        ``properties``, ``geometry`` or both.

    Returns
    -------
    str
        Tag of the new state.

    Raises
    ------
    NotFoundError, UnconditionalError, StaleError, InputError, AccessError
        As `replace_feature`.
    """
    _require_state(connection, collection, role, key, if_match)
    if not isinstance(sent, Mapping) or not set(sent) <= {"type", "id", "properties", "geometry"}:
        raise InputError("A change has the members properties and geometry, and no others.")
    values = _take_key(collection, key, read_properties(collection, role, sent.get("properties"), whole=False))
    shape: object = UNCHANGED
    if "geometry" in sent:
        if collection.editing is not None and not collection.editing.shape:
            raise InputError(f"The geometry of {collection.name} is read only here. Import the layer again.")
        shape = _read_shape(connection, collection, sent["geometry"], system)
    return _update(connection, collection, role, key, values, shape)


def delete_feature(connection: Connection, collection: Collection, role: str, key: str, if_match: str | None) -> None:
    """Take a feature away.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    key : str
        Key of the feature.
    if_match : str, optional
        Tags of the state that the caller read.

    Raises
    ------
    NotFoundError, UnconditionalError, StaleError
        As `replace_feature`.
    ConflictError
        When other rows still name it.
    """
    _require_state(connection, collection, role, key, if_match)
    delete_row(connection, collection, key)
    note_act(connection, "feature-deleted", f"{collection.name}/{key}", {})


def _update(
    connection: Connection, collection: Collection, role: str, key: str, values: dict[str, Any], shape: object
) -> str:
    editing = collection.editing
    consequences = {} if editing is None else editing.consequences
    also = {
        name: value for cause, effects in consequences.items() if cause in values for name, value in effects.items()
    }
    update_row(connection, collection, key, {**values, **also}, shape)
    facts = {"properties": sorted(values), "geometry": shape is not UNCHANGED}
    note_act(connection, "feature-changed", f"{collection.name}/{key}", facts)
    return lock_row(connection, collection, role, key) or ""


def _require_state(
    connection: Connection,
    collection: Collection,
    role: str,
    key: str,
    if_match: str | None,
    replacing: bool = False,
) -> None:
    tag = lock_row(connection, collection, role, key)
    if tag is None and replacing and if_match is not None:
        # to who replaces a state, a feature that is gone has changed [Part 4, put-rid-exception]
        raise StaleError(CHANGED)
    if tag is None:
        raise NotFoundError(f"There is no feature {key!r} in this collection.")
    if if_match is None:
        raise UnconditionalError("Say by If-Match which state is meant: send the ETag of the feature as you read it.")
    # a weak tag is never the same as a strong one [RFC 9110, 13.1.1]
    if if_match.strip() != "*" and f'"{tag}"' not in _TAG.findall(if_match):
        raise StaleError(CHANGED)


def _require_feature(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, Mapping) or sent.get("type") != "Feature":
        raise InputError("What was sent is no GeoJSON feature: its member type is Feature.")
    return sent


def _take_key(collection: Collection, key: str, values: dict[str, Any]) -> dict[str, Any]:
    """The key of a feature never changes; saying it again is no harm."""
    if values.pop(collection.key, key) not in (key, None):
        raise InputError(f"{collection.key} cannot be changed. Make a new feature and delete this one.")
    return values


def _read_shape(connection: Connection, collection: Collection, sent: Any, system: System) -> object:
    if sent is None and not get_layer(collection.name).geometry_required:
        return None
    return require_shape(sent, collection.kind or "point", system, read_district(connection))
