"""Pages of folium that need no network: Leaflet comes out of the package, and any foreign address is refused."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import folium
from branca.element import Element

from gridgov.errors import GridgovError, NotFoundError

_LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_STYLED = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)
_TILES = re.compile(r"L\.tileLayer(?:\.wms)?\(\s*[\"']([^\"']+)")
_INLINE = {"leaflet.css": "<style>{text}</style>", "leaflet.js": "<script>{text}</script>"}
_BESIDE = {"leaflet.css": '<link rel="stylesheet" href="{text}"/>', "leaflet.js": '<script src="{text}"></script>'}
_RANDOM = re.compile(r"[0-9a-f]{32}")


LEAFLET = ("leaflet.css", "leaflet.js")
"""The files of Leaflet that a map needs."""


def render_offline(page: folium.Map, *, inline: bool = True) -> str:
    """Render a folium map as one page that asks nobody for anything.

    folium's own list of foreign files (Leaflet, and jQuery, Bootstrap and icon fonts for popups and icon markers) is
    replaced by the Leaflet that gridgov carries.

    Parameters
    ----------
    page : folium.Map
        Map without tiles, icon markers, popups or plugins.
    inline : bool
        Whether Leaflet is inside the page, or read from the files `LEAFLET` in the same folder.

    Returns
    -------
    str
        HTML; names of elements are numbered, so the same map gives the same bytes.

    Raises
    ------
    GridgovError
        When the map asks for a file that gridgov does not carry; the message names its address.
    """
    page.default_js, page.default_css = [], []
    root: Any = page.get_root()
    for name in LEAFLET:
        text = (_INLINE if inline else _BESIDE)[name].format(text=read_leaflet(name) if inline else name)
        root.header.add_child(Element(f"{{% raw %}}{text}{{% endraw %}}"), name=name)
    html = _number_names(root.render())
    asked = (*_LOADED.findall(html), *_STYLED.findall(html), *_TILES.findall(html))
    foreign = [one for one in asked if one not in LEAFLET]
    if foreign:
        raise GridgovError(
            f"The map asks for {foreign[0]}, which gridgov does not carry. Leave that part out or carry its file.",
            address=foreign[0],
        )
    return html


@cache
def read_leaflet(name: str) -> str:
    """Read one file of Leaflet as it lies in the package, without its pointers to files beside it.

    Parameters
    ----------
    name : str
        File name.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    NotFoundError
        When the browser parts have not been built.
    """
    try:
        text = resources.files("gridgov.reports").joinpath("assets", "leaflet", name).read_text("utf-8")
    except FileNotFoundError:
        raise NotFoundError(
            f"{name} of Leaflet is not here: the browser parts are not built. Run make viewer."
        ) from None
    if name.endswith(".css"):
        return re.sub(r"url\((?!#)[^)]*\)", "none", text)
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def _number_names(html: str) -> str:
    numbers: dict[str, str] = {}
    return _RANDOM.sub(lambda found: numbers.setdefault(found.group(), f"{len(numbers):03d}"), html)
