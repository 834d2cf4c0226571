"""A toy district of two communities, small enough to know by heart.

Each community is a box of 0.012° x 0.009°, cut into 4 x 3 squares; a square is one cluster with four buildings, but
the square in the middle (column 1, row 1) of the first community holds one tower with three clusters stacked in it.
Two squares side by side in a row are a section, a row is a grid. `PUBLISHED` holds from today, `DRAFT` is a copy.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from shapely import box
from sqlalchemy import Connection, Engine, text

from gridgov.services.figures import refresh_figures

WEST, SOUTH, STEP = 114.03, 22.62, 0.003
PUBLISHED, DRAFT, FUTURE = "plan-now", "plan-draft", "plan-later"
CANARY = "CANARY"
"""Stands in every column that nobody may see."""
TOWER = "A-1-1-tower"
EDGE = (int((WEST + 180) / 360 * 2**14) + 1) / 2**14 * 360 - 180
"""Longitude of the edge of a tile of zoom 14; the shelter H2 stands 1 m east of it."""
USES = ("residential", "commercial", "dormitory", "factory")


def fill(engine: Engine) -> None:
    """Write the toy district."""
    with engine.begin() as connection:
        _write_ground(connection)
        _write_people(connection)
        for plan_id in (PUBLISHED, DRAFT, FUTURE):
            _write_plan(connection, plan_id)
            refresh_figures(connection, plan_id)
        publish = text("UPDATE gridgov.plan SET status = 'published', published_from = :day WHERE plan_id = :plan_id")
        connection.execute(publish, {"day": date.today(), "plan_id": PUBLISHED})
        connection.execute(publish, {"day": date(2999, 1, 1), "plan_id": FUTURE})


def squares() -> list[tuple[str, int, int, float, float]]:
    """Return community, column, row, west and south of every square."""
    return [
        (community, column, row, WEST + offset * 4 * STEP + column * STEP, SOUTH + row * STEP)
        for offset, community in enumerate("AB")
        for row in range(3)
        for column in range(4)
    ]


def _write_ground(connection: Connection) -> None:
    _insert(
        connection,
        "division",
        [
            {"division_id": "D", "level": "district", "parent_id": None, "code": "440309", "name": "龙华区"},
            {"division_id": "S", "level": "subdistrict", "parent_id": "D", "code": "440309001", "name": "民治街道"},
        ],
    )
    for offset, (key, name) in enumerate((("A", "民治社区"), ("B", "白石龙社区"))):
        west = WEST + offset * 4 * STEP
        shape = box(west, SOUTH, west + 4 * STEP, SOUTH + 3 * STEP).wkt
        row = {"division_id": key, "level": "community", "parent_id": "S", "code": f"44030900100{offset + 1}"}
        _insert(connection, "division", [{**row, "name": name, "kind": "urban", "population": 3000, "geom": shape}])
    buildings = []
    for community, column, row, west, south in squares():
        if (community, column, row) == ("A", 1, 1):
            shape = box(west + 0.001, south + 0.001, west + 0.002, south + 0.002).wkt
            more = {"floors": 30, "units": 1, "households": 150, "use": "residential", "name": "幸福大厦"}
            buildings.append({"building_id": TOWER, "community_id": community, "geom": shape, **more})
            continue
        for number in range(4):
            x, y = west + 0.0004 + 0.0013 * (number % 2), south + 0.0004 + 0.0013 * (number // 2)
            buildings.append(
                {
                    "building_id": f"{community}-{column}-{row}-{number}",
                    "community_id": community,
                    "geom": box(x, y, x + 0.0008, y + 0.0008).wkt,
                    "floors": 3 + number,
                    "units": 1,
                    "households": 12,
                    "use": USES[number],
                    "name": None,
                }
            )
    for number, row in enumerate(buildings):
        row |= {"households_estimated": number % 5 == 0, "address": f"民治大道{number + 1}号"}
    _insert(connection, "building", buildings)
    road = f"LINESTRING({WEST + 4 * STEP} {SOUTH}, {WEST + 4 * STEP} {SOUTH + 3 * STEP})"
    lane = f"LINESTRING({WEST} {SOUTH + STEP}, {WEST + 8 * STEP} {SOUTH + STEP})"
    yard = box(WEST, SOUTH, WEST + STEP, SOUTH + STEP).wkt
    _insert(connection, "compound", [{"compound_id": "C1", "name": "幸福花园", "kind": "residential", "geom": yard}])
    clinic = f"POINT({WEST + 0.005} {SOUTH + 0.005})"
    _insert(connection, "facility", [{"facility_id": "F1", "name": "社康中心", "kind": "health", "geom": clinic}])
    _insert(
        connection,
        "barrier",
        [
            {"barrier_id": "R1", "kind": "hard", "name": "梅观高速", "geom": road},
            {"barrier_id": "R2", "kind": "soft", "name": "民旺路", "geom": lane},
        ],
    )


def _write_people(connection: Connection) -> None:
    point = f"POINT({WEST + 0.004} {SOUTH + 0.004})"
    _insert(
        connection,
        "liaison",
        [{"liaison_id": "L1", "name": "陈干部", "workplace": "街道办", "capacity": 40, "geom": point}],
    )
    shelter = {"name": "民治小学避难场所", "address": "民治大道88号", "phone": "0755-00000000", "indoor": True}
    signs = {"sign_name": True, "sign_address": True, "sign_phone": False, "unsuitable_for": None}
    shelter |= {"area_m2": 900.0, "capacity": 600, "geom": point, **signs}
    corner = {**shelter, "name": "路口广场", "indoor": False, "geom": f"POINT({EDGE + 1e-5} {SOUTH + 0.004})"}
    _insert(connection, "shelter", [{"shelter_id": "H1", **shelter}, {"shelter_id": "H2", **corner}])
    houses = [
        {
            "rental_house_id": f"{CANARY}-house-{number}",
            "building_id": f"A-0-0-{number}",
            "rooms": 4,
            "tenants": 2,
            "let_type": "month",
            "letter_signed": number == 0,
            "terminal_installed": False,
            "geom": f"POINT({WEST + 0.0008} {SOUTH + 0.0008})",
        }
        for number in range(3)
    ]
    _insert(connection, "rental_house", houses)
    _insert(connection, "household", [{"household_id": f"{CANARY}-home", "building_id": TOWER, "room": CANARY}])
    _insert(connection, "resident", [{"resident_id": CANARY, "household_id": f"{CANARY}-home", "birth_year": 1950}])


def _write_plan(connection: Connection, plan_id: str) -> None:
    name = {PUBLISHED: "2026 年划分方案", DRAFT: "调整草稿", FUTURE: "明年方案"}[plan_id]
    head = {"plan_id": plan_id, "name": name, "status": "draft", "crs": "EPSG:4547"}
    _insert(connection, "plan", [{**head, "scheme": '{"clusters": {"target": 50, "min": 35, "max": 65}}'}])
    cells, atoms, groups = [], [], []
    for community, column, row, west, south in squares():
        shape = box(west, south, west + STEP, south + STEP).wkt
        square = f"{community}-{column}-{row}"
        section, grid = f"{community}-s{column // 2}-{row}", f"{community}-g{row}"
        tower = (community, column, row) == ("A", 1, 1)
        cells.append(
            {"cell_id": square, "building_id": TOWER if tower else None, "community_id": community, "geom": shape}
        )
        parts = (
            [(f"{square}-t{band}", 1, band * 10 + 1, band * 10 + 10) for band in range(3)]
            if tower
            else [(square, *[None] * 3)]
        )
        for cluster, unit, low, high in parts:
            storeys = {"unit": unit, "storey_from": low, "storey_to": high}
            households = 50 if tower else 48
            place = {"community_id": community, "households": households, "geom": shape, **storeys}
            code = f"4403090010{'01' if community == 'A' else '02'}{len(groups):03d}"
            more = {"level": "cluster", "group_id": cluster, "parent_id": section, "kind": None}
            groups.append({**place, **more, "code": code, "name": f"第{len(groups) + 1}楼组"})
            atoms.extend(_make_atoms(square, cluster, section, grid, households, storeys, tower, community))
    groups += _make_unions(groups)
    _insert(connection, "plan_cell", cells, plan_id=plan_id)
    _insert(connection, "plan_atom", atoms, plan_id=plan_id)
    _insert(connection, "plan_group", groups, plan_id=plan_id)
    _write_assignments(connection, plan_id)


def _make_atoms(
    square: str,
    cluster: str,
    section: str,
    grid: str,
    households: int,
    storeys: dict[str, Any],
    tower: bool,
    community: str,
) -> list[dict[str, Any]]:
    buildings = [TOWER] if tower else [f"{square}-{number}" for number in range(4)]
    return [
        {
            "atom_id": f"{cluster}/{building}",
            "cell_id": square,
            "building_id": building,
            "households": households // len(buildings),
            "community_id": community,
            "cluster_id": cluster,
            "section_id": section,
            "grid_id": grid,
            **storeys,
        }
        for building in buildings
    ]


def _make_unions(clusters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups = []
    for offset, community in enumerate("AB"):
        west = WEST + offset * 4 * STEP
        of_row = {
            row: [
                one
                for one in clusters
                if one["community_id"] == community and one["group_id"].split("-")[2] == str(row)
            ]
            for row in range(3)
        }
        for row, members in of_row.items():
            south = SOUTH + row * STEP
            common = {
                "community_id": community,
                "parent_id": community,
                "unit": None,
                "storey_from": None,
                "storey_to": None,
            }
            shape = box(west, south, west + 4 * STEP, south + STEP).wkt
            households = sum(one["households"] for one in members)
            kind = "special" if row == 2 else "building-manager"
            grid = {
                "level": "grid",
                "group_id": f"{community}-g{row}",
                "code": f"G{community}{row}",
                "name": f"网格{row + 1}",
            }
            groups.append({**common, **grid, "households": households, "kind": kind, "geom": shape})
            for side in range(2):
                key = f"{community}-s{side}-{row}"
                inside = sum(one["households"] for one in members if one["parent_id"] == key)
                shape = box(west + side * 2 * STEP, south, west + (side * 2 + 2) * STEP, south + STEP).wkt
                section = {
                    "level": "section",
                    "group_id": key,
                    "code": f"P{community}{row}{side}",
                    "name": f"片区{row * 2 + side + 1}",
                }
                groups.append({**common, **section, "households": inside, "kind": None, "geom": shape})
    return groups


def _write_assignments(connection: Connection, plan_id: str) -> None:
    rentals = [
        {
            "rental_house_id": f"{CANARY}-house-{number}",
            "cluster_id": "A-0-0",
            "section_id": "A-s0-0",
            "grid_id": "A-g0",
        }
        for number in range(3)
    ]
    _insert(connection, "plan_rental", rentals, plan_id=plan_id)
    home = {"household_id": f"{CANARY}-home", "cluster_id": "A-1-1-t0", "section_id": "A-s0-1", "grid_id": "A-g1"}
    _insert(connection, "plan_household", [home], plan_id=plan_id)
    sections = [f"{community}-s{side}-{row}" for community in "AB" for side in range(2) for row in range(3)]
    pairs = [
        {"section_id": key, "liaison_id": None if key == "B-s1-2" else "L1", "distance_m": 320.0} for key in sections
    ]
    _insert(connection, "plan_liaison", pairs, plan_id=plan_id)
    share = {"cluster_id": "A-0-0", "shelter_id": "H1", "people": 140, "distance_m": 410.0, "reason": None}
    beyond = {"cluster_id": "B-3-2", "shelter_id": None, "people": 139, "distance_m": None, "reason": "beyond reach"}
    _insert(connection, "plan_shelter", [share, beyond], plan_id=plan_id)
    finding = {"layer": "sections", "row_id": "B-s1-2", "rule": "no-liaison", "severity": "warning"}
    more = {
        "detail": "nobody answers for it",
        "action": "name a liaison",
        "geom": f"POINT({WEST + 0.02} {SOUTH + 0.007})",
    }
    _insert(connection, "plan_finding", [{"finding_id": 1, **finding, **more}], plan_id=plan_id)


def _insert(connection: Connection, table: str, rows: list[dict[str, Any]], **common: Any) -> None:
    rows = [{**common, **row} for row in rows]
    names = list(rows[0])
    values = ", ".join(f"ST_GeomFromText(:{name}, 4490)" if name == "geom" else f":{name}" for name in names)
    connection.execute(text(f"INSERT INTO gridgov.{table} ({', '.join(names)}) VALUES ({values})"), rows)
