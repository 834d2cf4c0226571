"""Collections of features as the standards name them: which there are, how each is asked and changed."""

from gridgov.storage.collections.catalogue import Collection, Property
from gridgov.storage.collections.tables import COLLECTIONS, get_collection, list_collections

__all__ = ["COLLECTIONS", "Collection", "Property", "get_collection", "list_collections"]
