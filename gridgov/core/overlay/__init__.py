"""Who lies where: points, households and rental houses come to the cluster, section and grid that hold them."""

from gridgov.core.overlay.dwellings import assign_households, assign_rentals, assign_residents
from gridgov.core.overlay.points import assign_points

__all__ = ["assign_households", "assign_points", "assign_rentals", "assign_residents"]
