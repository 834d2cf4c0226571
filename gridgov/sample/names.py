"""Made-up place names and codes; the county code 9999xx belongs to no place."""

from __future__ import annotations

import numpy as np

_FIRST = "青云锦竹石梅兰松清白金银玉长新和安永东南翠碧凤龙鹤鹿荷桂樟榕柳桃杏茶稻渔"
_SECOND = "溪湖山岭田塘围坪涌桥林园湾冈浦洲汀坡泉谷峰井台屏屿潭洞坊堤岸川沙屯苑墩垌"
_ESTATE = ("花园", "家园", "雅苑", "新村", "名居", "公馆", "华庭", "小区")
COUNTY_BASE = 999_900


def make_place_names(count: int, rng: np.random.Generator) -> list[str]:
    """Draw different two-character names.

    Parameters
    ----------
    count : int
        How many, at most 1,296; beyond that they are numbered.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of str
        Names without a suffix such as 社区 or 街道.
    """
    total = len(_FIRST) * len(_SECOND)
    order = rng.permutation(total)
    names = []
    for k in range(count):
        first, second = divmod(int(order[k % total]), len(_SECOND))
        names.append(_FIRST[first] + _SECOND[second] + ("" if k < total else str(k // total + 1)))
    return names


def make_estate_name(kind: str, place: str, number: int, rng: np.random.Generator) -> str:
    """Name a compound.

    Parameters
    ----------
    kind : str
        Kind of compound, as in the layer ``compounds``.
    place : str
        A place name from `make_place_names`.
    number : int
        Number of the compound of this kind in its community, from 1.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    str
        The name.
    """
    nth = "" if number == 1 else ("第二", "第三", "第四", "第五", "第六")[(number - 2) % 5]
    if kind == "residential":
        return f"{place}{_ESTATE[int(rng.integers(len(_ESTATE)))]}{'' if number == 1 else f'{number}期'}"
    suffix = {"industrial": "工业园", "campus": "学校", "market": "市场", "hospital": "医院"}[kind]
    return f"{place}{nth}{suffix}"
