"""A page for each document, plain enough to need no script and no style of its own."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from gridgov.web.routes.ogc.links import Document

WORDS = {
    "zh": {"self": "本页", "links": "链接", "next": "下一页", "none": "没有要素", "returned": "本页要素数"},
    "en": {
        "self": "This page",
        "links": "Links",
        "next": "Next page",
        "none": "No features",
        "returned": "Features here",
    },
}
_SHOWN = 200


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
    features = document.get("features")
    body = _features(features, words, document) if features is not None else _members(document)
    links = "".join(_link(link) for link in document.get("links", ()))
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main><nav><h2>{words['links']}</h2><ul>{links}</ul></nav></body></html>"
    )


def _features(features: list[Document], words: dict[str, str], document: Document) -> str:
    if not features:
        return f"<p>{words['none']}</p>"
    names = list(features[0]["properties"])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(_row([one["properties"].get(name) for name in names]) for one in features[:_SHOWN])
    count = f"<p>{words['returned']}: {document.get('numberReturned')}</p>"
    return f"{count}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(values: list[Any]) -> str:
    return f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in values)}</tr>"


def _members(document: Document) -> str:
    """Nested documents are shown as what they are; lists of documents with links become lists of links."""
    parts = []
    for name, value in document.items():
        if name in ("links", "title", "id", "type"):
            continue
        if name == "collections":
            parts.append("<ul>" + "".join(_entry(one) for one in value) + "</ul>")
        elif isinstance(value, (dict, list)):
            text = json.dumps(value, ensure_ascii=False, indent=1)
            parts.append(f"<h2>{escape(name)}</h2><pre>{escape(text)}</pre>")
        else:
            parts.append(f"<p>{escape(name)}: {_cell(value)}</p>")
    return "".join(parts)


def _entry(collection: Document) -> str:
    pages = [link["href"] for link in collection["links"] if link["type"] == "text/html"]
    shown = f"{escape(str(collection['title']))} ({escape(str(collection['id']))})"
    return f'<li><a href="{escape(pages[0])}">{shown}</a>: <a href="{escape(pages[-1])}">items</a></li>'


def _link(link: dict[str, str]) -> str:
    label = link.get("title") or f"{link['rel']} ({link['type']})"
    return f'<li><a href="{escape(link["href"])}" rel="{escape(link["rel"])}">{escape(label)}</a></li>'


def _cell(value: Any) -> str:
    return "" if value is None else escape(str(value))
