"""Real areas as districts: footprints, communities and barriers of the main job, households estimated where unknown.

The layers are not part of the project; they lie in a folder beside it (data/README.md says what they are).
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from benchmarks.division.problem import Problem, make_problem
from gridgov.services.ground_files import read_ground_files
from gridgov.services.reading import LayerSource

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"
MAPPINGS = ROOT / "data" / "mappings"

AREAS = MappingProxyType(
    {
        "shenzhen": {
            "buildings": ("sz_buildings_osm", "sz_buildings_osm_four"),
            "communities": ("sz_streets", "sz_streets_four"),
            "barriers": ("sz_roads_navmap", "sz_roads_navmap_four"),
        },
        "olemps": {
            "buildings": ("fr_olemps_buildings", "fr_olemps_buildings"),
            "communities": ("fr_olemps_commune", "fr_olemps_commune"),
        },
    }
)
"""Area: file and mapping of each layer."""


def read_area(name: str, data: Path = DATA) -> Problem:
    """Read an area's layers through their mappings.

    Parameters
    ----------
    name : str
        One of `AREAS`.
    data : pathlib.Path
        Folder of the layers.

    Returns
    -------
    Problem
        In a metric coordinate system.
    """
    sources = {
        layer: LayerSource(data / f"{file}.parquet", mapping=MAPPINGS / f"{mapping}.toml")
        for layer, (file, mapping) in AREAS[name].items()
    }
    layers = read_ground_files(sources).layers
    return make_problem(layers["buildings"], layers["communities"], layers.get("barriers"))
