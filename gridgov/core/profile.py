"""Rule profiles: every number of a standard is data with its source, so that a city can bring its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from gridgov.errors import InputError

STATUSES = ("seed", "verified", "secondary", "unverified", "gridgov")
"""How far a number is trusted: used by a municipality, read in a standard, one other source, unchecked, ours."""

Rules = TypeVar("Rules")


@dataclass(frozen=True)
class RuleNumber:
    """One number (or list, or word) with where it comes from."""

    value: Any
    source: str
    status: str
    clause: str = ""


@dataclass(frozen=True)
class Profile:
    """All numbers of one place at one time."""

    name: str
    version: str
    sections: Mapping[str, Mapping[str, RuleNumber]]

    def rules(self, section: str, kind: type[Rules], **changes: Any) -> Rules:
        """Fill a rules dataclass from one section.

        Parameters
        ----------
        section : str
            Name of the section, e.g. ``"division"``.
        kind : type
            A frozen dataclass; fields the profile is silent about keep their defaults.
        **changes : Any
            Values that override the profile; None means no change.

        Returns
        -------
        Rules
            An instance of `kind`.

        Raises
        ------
        InputError
            When the section has a number that `kind` does not know.
        """
        numbers = self.sections.get(section, {})
        known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
        unknown = sorted(set(numbers) - known)
        if unknown:
            raise InputError(
                f"Profile {self.name!r} has unknown numbers in [{section}]: {', '.join(unknown)}. "
                f"Known are: {', '.join(sorted(known))}.",
                section=section,
            )
        rules = kind(**{name: _freeze(number.value) for name, number in numbers.items()})
        given = {name: value for name, value in changes.items() if value is not None}
        return replace(rules, **given) if given else rules  # type: ignore[type-var]


def make_profile(raw: Mapping[str, Any]) -> Profile:
    """Read a profile from its plain form.

    Parameters
    ----------
    raw : mapping
        ``name``, ``version`` and sections of ``{number: {value, source, status, clause}}``, as TOML gives them.

    Returns
    -------
    Profile
        The profile.

    Raises
    ------
    InputError
        When a number lacks its value, source or status.

    Examples
    --------
    >>> raw = {"name": "x", "version": "1", "division": {"target": {"value": 50, "source": "s", "status": "seed"}}}
    >>> make_profile(raw).sections["division"]["target"].value
    50
    """
    sections = {key: value for key, value in raw.items() if isinstance(value, Mapping)}
    return Profile(
        name=str(raw.get("name", "")),
        version=str(raw.get("version", "")),
        sections={
            section: {name: _read_number(f"{section}.{name}", number) for name, number in numbers.items()}
            for section, numbers in sections.items()
        },
    )


def _read_number(name: str, raw: Any) -> RuleNumber:
    if not isinstance(raw, Mapping) or "value" not in raw or not raw.get("source"):
        raise InputError(f'{name} needs a value and a source, like {{value = 50, source = "…", status = "seed"}}.')
    if raw.get("status") not in STATUSES:
        raise InputError(f"{name} has status {raw.get('status')!r}; it must be one of {', '.join(STATUSES)}.")
    return RuleNumber(raw["value"], str(raw["source"]), str(raw["status"]), str(raw.get("clause", "")))


def _freeze(value: Any) -> Any:
    return tuple(_freeze(item) for item in value) if isinstance(value, list) else value
