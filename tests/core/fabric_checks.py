"""What must hold for any fabric, said once for all its tests."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridgov.core.fabric import Fabric

CRS = "EPSG:4547"
PLACE = np.array([500_000.0, 2_500_000.0])


def frame(
    key: str, shapes: list[shapely.Geometry], ids: list[str] | None = None, **columns: object
) -> gpd.GeoDataFrame:
    """Make a layer near a real place from shapes drawn near 0."""
    placed = [shape if shape is None else shapely.transform(shape, lambda xy: xy + PLACE) for shape in shapes]
    names = ids or [f"{key[0].upper()}{k:03d}" for k in range(len(shapes))]
    return gpd.GeoDataFrame({key: names, **columns}, geometry=gpd.GeoSeries(placed, crs=CRS), crs=CRS)


def buildings(shapes: list[shapely.Geometry], **columns: object) -> gpd.GeoDataFrame:
    """Make a building layer; one household each unless said otherwise."""
    return frame("building_id", shapes, **{"households": [1] * len(shapes), **columns})


def communities(shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Make a community layer."""
    return frame("community_id", shapes)


def barriers(lines: dict[str, list[shapely.Geometry]]) -> gpd.GeoDataFrame:
    """Make a barrier layer from lines by kind."""
    shapes = [line for group in lines.values() for line in group]
    kinds = [kind for kind, group in lines.items() for _ in group]
    return frame("barrier_id", shapes, kind=kinds)


def check_fabric(fabric: Fabric, people: gpd.GeoDataFrame) -> None:
    """Assert what holds for every fabric of communities that do not overlap."""
    cells = fabric.cells
    shapes = cells.geometry.to_numpy()
    assert (cells.geom_type == "Polygon").all()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    given = people.set_index("community_id").area
    given = given[given > 0]
    got = cells.groupby("community_id").area_m2.sum().reindex(given.index).fillna(0)
    assert ((got - given).abs() / given).max() < 1e-6
    assert not ((cells.area_m2 < 1) & (4 * np.pi * cells.area_m2 / cells.perimeter_m**2 < 0.1)).any()
    assert cells.cell_id.is_unique
    with_building = cells.dropna(subset=["building_id"])
    assert sorted(with_building.building_id) == sorted(fabric.buildings.building_id)
    _check_homes(fabric, with_building)
    _check_edges(fabric)


def _check_homes(fabric: Fabric, with_building: gpd.GeoDataFrame) -> None:
    """The cell lies in the community of its building and holds ground of it."""
    home = with_building.set_index("building_id")
    community = fabric.buildings.set_index("building_id").community_id
    assert (home.community_id == community.reindex(home.index)).all()
    footprint = fabric.buildings.set_index("building_id").geometry.reindex(home.index)
    assert (shapely.area(shapely.intersection(home.geometry.to_numpy(), footprint.to_numpy())) > 0).all()


def _check_edges(fabric: Fabric) -> None:
    """Edges are pairs of cells of one community with that length of common border."""
    edges, shapes = fabric.edges, fabric.cells.geometry.to_numpy()
    left, right = edges.left.to_numpy(), edges.right.to_numpy()
    assert (left < right).all()
    assert not edges.duplicated(["left", "right"]).any()
    assert set(edges.kind) <= {0, 1, 2}
    community = fabric.cells.community_id.to_numpy()
    assert (community[left] == community[right]).all()
    common = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    np.testing.assert_allclose(common, edges.length_m.to_numpy(), atol=1e-6)
