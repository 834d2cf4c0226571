"""The map below the layers: none, a file of the office's own, Tianditu by key, or a tile address somebody set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from gridgov.errors import SettingsError
from gridgov.settings import Settings

PMTILES_ADDRESS = "/basemap.pmtiles"
TIANDITU = "tianditu"
_TIANDITU_HOSTS = tuple(f"https://t{number}.tianditu.gov.cn" for number in range(8))
_TIANDITU_CREDIT = "天地图 · 国家地理信息公共服务平台"
_WMTS_NAMES = {"{TileMatrix}": "{z}", "{TileCol}": "{x}", "{TileRow}": "{y}"}


@dataclass(frozen=True)
class GroundLayer:
    """One choice of ground map: pictures laid over one another, or a file."""

    name: str
    """``map``, ``image`` or ``file``."""
    tiles: tuple[tuple[str, ...], ...] = ()
    """Of each picture layer from below, the addresses it may be had from."""


@dataclass(frozen=True)
class Ground:
    """The ground maps of an office."""

    layers: tuple[GroundLayer, ...] = ()
    credit: str = ""
    max_zoom: int = 18
    hosts: tuple[str, ...] = ()
    """Origins that the browser must be allowed to ask."""
    file: Path | None = None


def read_ground(settings: Settings) -> Ground:
    """Read which ground map is set; without a setting there is none and nothing leaves the machine.

    Parameters
    ----------
    settings : Settings
        ``basemap``, ``basemap_key``, ``basemap_credit``, ``basemap_max_zoom`` and ``state_dir``.

    Returns
    -------
    Ground
        The ground maps.

    Raises
    ------
    SettingsError
        When the file is not there, the key is missing, or the address has no place for a tile's numbers.

    Examples
    --------
    >>> read_ground(Settings(basemap="https://maps.office.local/{z}/{x}/{y}.png")).hosts
    ('https://maps.office.local',)
    """
    asked = (settings.basemap or "").strip()
    credit, finest = settings.basemap_credit, settings.basemap_max_zoom
    if asked in ("", "none"):
        return Ground()
    if asked == TIANDITU:
        return _read_tianditu(settings)
    if asked.endswith(".pmtiles") and "://" not in asked:
        return Ground((GroundLayer("file"),), credit, finest, file=_require_file(settings.state_dir, asked))
    address = asked
    for name, short in _WMTS_NAMES.items():
        address = re.sub(re.escape(name), short, address, flags=re.IGNORECASE)
    parts = urlsplit(address)
    wanted = all(mark in address for mark in ("{z}", "{x}", "{y}"))
    if (
        not wanted
        or (parts.netloc and parts.scheme not in ("http", "https"))
        or not re.fullmatch(_HOST, parts.netloc)
    ):
        raise SettingsError(
            f"GRIDGOV_BASEMAP is {asked!r}. Give a .pmtiles file, 'tianditu', or a web address with {{z}}, {{x}} and "
            "{y}, or {TileMatrix}, {TileCol} and {TileRow}."
        )
    hosts = (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()
    return Ground((GroundLayer("map", ((address,),)),), credit, finest, hosts)


def _read_tianditu(settings: Settings) -> Ground:
    key = settings.basemap_key.get_secret_value() if settings.basemap_key else ""
    if not key:
        raise SettingsError("GRIDGOV_BASEMAP is 'tianditu' but there is no key. Set GRIDGOV_BASEMAP_KEY to yours.")
    layers = tuple(
        GroundLayer(name, tuple(_address_tianditu(layer, key) for layer in pair))
        for name, pair in (("map", ("vec", "cva")), ("image", ("img", "cia")))
    )
    return Ground(layers, settings.basemap_credit or _TIANDITU_CREDIT, 18, _TIANDITU_HOSTS)


def _address_tianditu(layer: str, key: str) -> tuple[str, ...]:
    query = (
        f"SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={quote(key, safe='')}"
    )
    return tuple(f"{host}/{layer}_w/wmts?{query}" for host in _TIANDITU_HOSTS)


def _require_file(folder: Path, name: str) -> Path:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise SettingsError(
            f"GRIDGOV_BASEMAP is {name!r}, which lies outside the state folder. Put the file into it."
        )
    if not file.is_file():
        raise SettingsError(f"GRIDGOV_BASEMAP is {name!r}, but there is no such file in {folder}. Put it there.")
    return file


_HOST = r"[A-Za-z0-9.:\[\]-]*"
"""What may stand in the policy of the page: no space, quote or semicolon."""
