"""What buildings are used for: the many words of registers and maps as a few canonical uses."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

import pandas as pd

DWELLINGS = ("apartment", "self_built", "house", "dormitory", "mixed", "residential", "unknown")
"""Uses that may hold households; all others hold none."""

OTHERS = (
    *("commercial", "office", "industrial", "education", "health", "public", "hotel"),
    *("storage", "transport", "utility", "religious", "agricultural", "annex", "unfinished", "ruin"),
)

WORDS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "apartment": (
            "apartment",
            "apartments",
            "tower",
            "slab",
            "flats",
            "lowrise",
            "midrise",
            "highrise",
            "高层住宅",
        ),
        "self_built": ("self built", "uv", "urban village", "tenement"),
        "house": (
            *("house", "detached", "semidetached house", "terrace", "bungalow", "cabin", "villa", "hut", "farm"),
            *("village house", "village", "老屋", "祖屋"),
        ),
        "dormitory": ("dormitory", "dorm", "dormitories", "barracks"),
        "mixed": ("mixed", "mixed use", "shophouse"),
        "residential": ("residential", "residence", "housing", "dwelling", "résidentiel"),
        "unknown": ("unknown", "yes", "other", "building", "indifférencié", "a", "其他", "未知", "不详"),
        "commercial": (
            "commercial",
            "retail",
            "shop",
            "shops",
            "supermarket",
            "market",
            "mall",
            "kiosk",
            "restaurant",
        ),
        "office": ("office", "offices", "commercial et services"),
        "industrial": ("industrial", "factory", "manufacture", "workshop", "industriel", "fab"),
        "education": ("school", "kindergarten", "university", "college", "education", "campus"),
        "health": ("hospital", "clinic", "health"),
        "public": (
            *(
                "public",
                "government",
                "civic",
                "fire station",
                "museum",
                "library",
                "stadium",
                "grandstand",
                "pavilion",
            ),
            *("sports centre", "sports hall", "sportif", "toilets", "service", "community centre"),
        ),
        "hotel": ("hotel", "hostel", "motel"),
        "storage": ("warehouse", "storage", "silo", "storage tank", "gasometer", "depot", "hangar"),
        "transport": ("train station", "transportation", "parking", "garage", "garages", "bridge", "station"),
        "utility": ("transformer tower", "water tower", "digester", "utility", "power"),
        "religious": ("temple", "church", "mosque", "chapel", "shrine", "religieux", "cathedral"),
        "agricultural": ("greenhouse", "barn", "stable", "agricole", "farm auxiliary", "cowshed", "sty"),
        "annex": ("annex", "annexe", "shed", "roof", "carport", "guardhouse", "podium", "ship", "tent", "no"),
        "unfinished": ("construction", "unfinished", "在建", "未建"),
        "ruin": ("ruins", "ruin", "collapsed", "abandoned"),
    }
)
"""For each canonical use the exact words, in lower case with blanks for dashes and underscores."""

PARTS: tuple[tuple[str, str], ...] = (
    ("商住", "mixed"),
    ("住宅兼", "mixed"),
    ("综合楼", "mixed"),
    ("宿舍", "dormitory"),
    ("员工公寓", "dormitory"),
    ("自建", "self_built"),
    ("私宅", "self_built"),
    ("私房", "self_built"),
    ("农民房", "self_built"),
    ("统建楼", "self_built"),
    ("城中村", "self_built"),
    ("别墅", "house"),
    ("在建", "unfinished"),
    ("废弃", "ruin"),
    ("幼儿园", "education"),
    ("学校", "education"),
    ("教学", "education"),
    ("教育", "education"),
    ("医", "health"),
    ("卫生", "health"),
    ("酒店", "hotel"),
    ("宾馆", "hotel"),
    ("旅馆", "hotel"),
    ("厂", "industrial"),
    ("工业", "industrial"),
    ("生产", "industrial"),
    ("仓", "storage"),
    ("车库", "transport"),
    ("停车", "transport"),
    ("交通", "transport"),
    ("变电", "utility"),
    ("配电", "utility"),
    ("水泵", "utility"),
    ("寺", "religious"),
    ("庙", "religious"),
    ("教堂", "religious"),
    ("祠堂", "religious"),
    ("门卫", "annex"),
    ("岗亭", "annex"),
    ("棚", "annex"),
    ("裙楼", "annex"),
    ("附属", "annex"),
    ("办公", "office"),
    ("写字楼", "office"),
    ("商", "commercial"),
    ("店", "commercial"),
    ("市场", "commercial"),
    ("公共", "public"),
    ("政府", "public"),
    ("行政", "public"),
    ("文化", "public"),
    ("体育", "public"),
    ("消防", "public"),
    ("公厕", "public"),
    ("公寓", "apartment"),
    ("高层", "apartment"),
    ("住宅", "residential"),
    ("居住", "residential"),
    ("民居", "residential"),
    ("住房", "residential"),
)
"""Parts of Chinese words, the telling ones first: the first that occurs decides."""


def to_canonical_use(use: pd.Series) -> pd.Series:
    """Read what buildings are used for.

    Parameters
    ----------
    use : pandas.Series
        Words as a register or a map has them; missing where nothing is said.

    Returns
    -------
    pandas.Series
        One of `DWELLINGS` or `OTHERS`, same index; ``unknown`` for words nobody knows and for none.

    Examples
    --------
    >>> to_canonical_use(pd.Series(["住宅楼", "宿舍", "厂房", "apartments", "yes", None])).tolist()
    ['residential', 'dormitory', 'industrial', 'apartment', 'unknown', 'unknown']
    """
    codes, words = pd.factorize(use)
    known = [_to_use(str(word)) for word in words] + ["unknown"]
    return pd.Series([known[code] for code in codes], index=use.index, name=use.name, dtype=object)


def _to_use(word: str) -> str:
    plain = re.sub(r"[\s_\-]+", " ", unicodedata.normalize("NFKC", word).strip().lower())
    if plain in _EXACT:
        return _EXACT[plain]
    return next((use for part, use in PARTS if part in plain), "unknown")


_EXACT = {word: use for use, words in WORDS.items() for word in words} | {
    use.replace("_", " "): use for use in (*DWELLINGS, *OTHERS)
}
