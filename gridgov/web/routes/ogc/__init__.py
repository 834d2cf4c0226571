"""OGC API Features: the layers as standard clients read and change them."""

from gridgov.web.routes.ogc import changes, items, pages

DOORS = (*pages.DOORS, *items.DOORS, *changes.DOORS)

__all__ = ["DOORS"]
