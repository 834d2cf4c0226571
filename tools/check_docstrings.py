"""Check the docstrings of every public function, class and method against numpydoc's rules.

Left out are compiled kernels, which only their neighbours call; routes, which OpenAPI describes; and commands, which
their options do. Fields of a class are described where they stand.
"""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module

from numpydoc.validate import validate

import gridgov

CHECKS = {
    *("GL01", "GL02", "GL03", "GL05", "GL06", "GL07", "GL08", "GL09", "GL10"),
    *("SS01", "SS02", "SS03", "SS04", "PR01", "PR02", "PR04", "PR05", "PR06", "PR07", "PR09", "PR10"),
    *("RT01", "RT03", "RT05", "YD01"),
}
ROOMS_LEFT_OUT = ("gridgov.cli.", "gridgov.web.routes.", "gridgov.migrations")


def list_public() -> Iterator[str]:
    """Name every public function, class and plain method that a module of gridgov defines."""
    for module in pkgutil.walk_packages(gridgov.__path__, "gridgov."):
        if module.name.startswith(ROOMS_LEFT_OUT) or "._" in module.name or module.name.endswith("__main__"):
            continue
        for name, thing in vars(import_module(module.name)).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.name:
                continue
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield f"{module.name}.{name}"
            if inspect.isclass(thing):
                yield from (
                    f"{module.name}.{name}.{part}"
                    for part, method in vars(thing).items()
                    if inspect.isfunction(method) and not part.startswith("_")
                )


def find_faults(name: str) -> list[tuple[str, str]]:
    """List the rules that one docstring breaks, as code and text."""
    found = validate(name)
    wanted = CHECKS - {"PR01"} if name.rpartition(".")[2][:1].isupper() else CHECKS
    return [(code, text) for code, text in found["errors"] if code in wanted]


def main() -> int:
    """Print what is wrong and return the exit code."""
    names = sorted(set(list_public()))
    faults = [f"{name}: {code} {text}" for name in names for code, text in find_faults(name)]
    print("\n".join(faults) or f"Docstrings of {len(names)} public names hold.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
