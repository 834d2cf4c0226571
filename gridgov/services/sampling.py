"""Make a sample district and write it to a folder."""

from __future__ import annotations

from pathlib import Path

from gridgov.sample import make_district
from gridgov.storage.samples import write_layers


def make_sample(households: int, seed: int, folder: Path, counts: str = "all") -> dict[str, int]:
    """Make a sample district and write all its layers.

    Parameters
    ----------
    households : int
        Exact number of households.
    seed : int
        Same seed, same bytes.
    folder : pathlib.Path
        Where the files go.
    counts : {"all", "some", "none"}
        On how many buildings the number of households is given.

    Returns
    -------
    dict of str to int
        Rows of each layer.
    """
    layers = make_district(households, seed, counts)
    write_layers(layers, folder)
    return {name: len(layer) for name, layer in layers.items()}
