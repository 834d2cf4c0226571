"""Load a rule profile from its TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from gridgov.errors import InputError, NotFoundError

FOLDER = Path(__file__).resolve().parent


def load_toml_profile(name: str = "default") -> dict[str, Any]:
    """Load the numbers of a rule profile.

    Parameters
    ----------
    name : str
        Name of a profile that comes with gridgov, or the path of a ``.toml`` file of a city's own.

    Returns
    -------
    dict
        The file's tables as they stand.

    Raises
    ------
    NotFoundError
        When there is no such profile; the message lists those there are.
    InputError
        When the file is not TOML; the message names the line.
    """
    own = name.endswith(".toml")
    path = Path(name) if own else FOLDER / f"{name}.toml"
    if not own and name not in list_profiles():
        raise NotFoundError(
            f"There is no rule profile {name!r}. Profiles are: {', '.join(list_profiles())}; or give the path of a "
            ".toml file.",
            profile=name,
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError(f"There is no rule profile at {path}.", profile=name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"The rule profile {path} cannot be read: {error}. Correct it.", profile=name) from error


def list_profiles() -> list[str]:
    """List the profiles that come with gridgov.

    Returns
    -------
    list of str
        Their names.
    """
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
