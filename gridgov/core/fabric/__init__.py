"""Communities divided into cells around buildings, and the borders between cells."""

from gridgov.core.fabric.make import Fabric, make_fabric

__all__ = ["Fabric", "make_fabric"]
