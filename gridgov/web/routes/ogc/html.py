"""A page for each document, with all that stands in it, plain enough to need no script and no style of its own."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from gridgov.web.routes.ogc.links import Document, spell

WORDS = {
    "zh": {"links": "链接", "none": "没有要素", "numberReturned": "本页要素数", "numberMatched": "符合条件的要素数"},
    "en": {
        "links": "Links",
        "none": "No features",
        "numberReturned": "Features here",
        "numberMatched": "Features that match",
    },
}


def render(document: Document, language: str) -> str:
    """Return a document as a page.

    Parameters
    ----------
    document : dict
        A document of the interface, or a feature collection.
    language : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        HTML; every text in it is escaped.
    """
    words = WORDS.get(language, WORDS["en"])
    title = escape(str(document.get("title") or document.get("id") or "gridgov"))
    body = _features(document, words) if "features" in document else _members(document)
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main>"
        f"<nav><h2>{words['links']}</h2>{_links(document)}</nav></body></html>"
    )


def _features(document: Document, words: dict[str, str]) -> str:
    features = document["features"]
    if not features:
        return f"<p>{words['none']}</p>"
    names = list(features[0]["properties"])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("id", *names, "geometry"))
    home = next((link["href"] for link in document["links"] if link["rel"] == "collection"), "")
    rows = "".join(_row(one, names, home) for one in features)
    counts = "".join(f"<p>{words[name]}: {document[name]}</p>" for name in _COUNTS if name in document)
    stamp = f"<p>{_cell(document['timeStamp'])}</p>" if "timeStamp" in document else ""
    return f"{counts}{stamp}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


_COUNTS = ("numberReturned", "numberMatched")


def _row(feature: Document, names: list[str], home: str) -> str:
    address = escape(f"{home}/items/{spell(str(feature['id']))}?f=html")
    cells = "".join(f"<td>{_cell(feature['properties'].get(name))}</td>" for name in names)
    return f'<tr><td><a href="{address}">{_cell(feature["id"])}</a></td>{cells}<td>{_shape(feature)}</td></tr>'


def _shape(feature: Document) -> str:
    shape = feature["geometry"]
    if shape is None:
        return ""
    corners = json.dumps(shape.get("coordinates", shape), separators=(",", ":"))
    return f"<details><summary>{_cell(shape['type'])}</summary><code>{escape(corners)}</code></details>"


def _members(document: Document) -> str:
    """Lists of documents with links of their own become lists of them; what else is nested is shown as it is."""
    parts = []
    for name, value in document.items():
        if name in ("links", "title"):
            continue
        if isinstance(value, list) and value and all(isinstance(one, dict) and "links" in one for one in value):
            parts.append("<ul>" + "".join(_entry(one) for one in value) + "</ul>")
        elif isinstance(value, (dict, list)):
            text = json.dumps(value, ensure_ascii=False, indent=1)
            parts.append(f"<h2>{escape(name)}</h2><pre>{escape(text)}</pre>")
        else:
            parts.append(f"<p>{escape(name)}: {_cell(value)}</p>")
    return "".join(parts)


def _entry(document: Document) -> str:
    name = escape(str(document.get("title") or document.get("id")))
    return f"<li><h2>{name}</h2><details>{_members(document)}</details>{_links(document)}</li>"


def _links(document: Document) -> str:
    return "<ul>" + "".join(_link(link) for link in document.get("links", ())) + "</ul>"


def _link(link: Document) -> str:
    label = escape(link.get("title") or f"{link['rel']} ({link['type']})")
    address = escape(link["href"])
    if link.get("templated"):
        # leads nowhere before it is filled in
        return f"<li>{label}: <code>{address}</code></li>"
    return f'<li><a href="{address}" rel="{escape(link["rel"])}">{label}</a></li>'


def _cell(value: Any) -> str:
    return "" if value is None else escape(str(value))
