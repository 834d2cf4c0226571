"""What a collection is, and which of them and of their columns a role sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = frozenset({"viewer", "officer", "supervisor", "analyst", "administrator", "auditor"})
OFFICE = frozenset({"officer", "supervisor", "analyst", "administrator"})
"""Those who work with the ground itself."""
CARERS = frozenset({"officer", "supervisor", "administrator"})
"""Those who may see rows about houses, households and people; row security says which rows."""
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Property:
    """One property of the features of a collection."""

    name: str
    sql: str
    """The expression that gives it; the main table is called ``t``."""
    type: str
    """`text`, `count`, `number`, `yes` or `day`."""
    roles: frozenset[str] = EVERYBODY
    required: bool = False
    values: tuple[str, ...] = ()
    english: str = ""
    chinese: str = ""


@dataclass(frozen=True, eq=False)
class Editing:
    """How the features of a collection may be changed."""

    table: str
    roles: frozenset[str]
    methods: frozenset[str] = frozenset({"POST", "PUT", "PATCH", "DELETE"})
    by_role: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Methods of roles that have fewer."""
    fixed: frozenset[str] = frozenset()
    """Properties that are read only."""
    shape: bool = True
    """Whether the geometry may be changed."""
    consequences: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What else changes when a property does."""


@dataclass(frozen=True, eq=False)
class Collection:
    """One collection: a table with a key, its properties and perhaps a geometry."""

    name: str
    english: str
    chinese: str
    source: str
    """What stands after FROM, with the main table called ``t``."""
    key: str
    """The property by which a feature is found."""
    properties: tuple[Property, ...]
    geometry: str | None = "t.geom"
    """The expression of the geometry, None for a table without one."""
    kind: str | None = None
    """`polygon`, `point` or `barrier`."""
    placeless: bool = False
    """Whether some of its features have no geometry."""
    where: str = "true"
    roles: frozenset[str] = EVERYBODY
    of_plan: bool = False
    """Whether its features belong to a plan."""
    day: str | None = None
    """The property that ``datetime`` asks for."""
    personal: bool = False
    """Whether a copy of it must be asked for with a reason."""
    mercator: str | None = None
    """The column that keeps the same geometry in EPSG:3857."""
    editing: Editing | None = None
    of_role: Mapping[str, tuple[Property, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort out once what each role sees."""
        seen = {role: tuple(one for one in self.properties if role in one.roles) for role in EVERYBODY}
        object.__setattr__(self, "of_role", seen)

    def get_property(self, role: str, name: str) -> Property | None:
        """Return a property that a role sees.

        Parameters
        ----------
        role : str
            The caller's role.
        name : str
            Its name.

        Returns
        -------
        Property or None
            None when there is none of that name, or not for this role.
        """
        return next((one for one in self.of_role[role] if one.name == name), None)

    def may_edit(self, role: str, method: str) -> bool:
        """Return whether a role may use a method on this collection.

        Parameters
        ----------
        role : str
            The caller's role.
        method : {"POST", "PUT", "PATCH", "DELETE"}
            The method.

        Returns
        -------
        bool
            True when it may, in its scope.
        """
        if self.editing is None or role not in self.editing.roles:
            return False
        return method in self.editing.by_role.get(role, self.editing.methods)
