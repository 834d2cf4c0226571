"""Made-up people: names drawn from common characters, telephones of a series that nobody is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华文玉兰红梅建国志海波宁龙凤云飞雪春晓东小美佳欣怡晨"
_SERIES = "100"
"""No telephone in China begins so: whoever dials one reaches nobody."""
_WITH_TELEPHONE = 0.8


def make_identities(resident_ids: Sequence[str], seed: int) -> pd.DataFrame:
    """Make names and telephones for residents; no ID numbers.

    Parameters
    ----------
    resident_ids : sequence of str
        Keys of residents.
    seed : int
        Same seed, same people; chance of its own, so that the other layers stay as they are.

    Returns
    -------
    pandas.DataFrame
        `resident_id`, `name`, `telephone` (missing for some), in the order of the keys.

    Examples
    --------
    >>> made = make_identities(["R2", "R1"], seed=1)
    >>> made["resident_id"].tolist(), bool(made["name"].str.len().isin([2, 3]).all())
    (['R1', 'R2'], True)
    """
    rng = np.random.default_rng([seed, 20_260_101])
    keys = sorted(str(key) for key in resident_ids)
    count = len(keys)
    surnames = np.array(list(_SURNAMES))[rng.integers(len(_SURNAMES), size=count)]
    given = np.array(list(_GIVEN))[rng.integers(len(_GIVEN), size=(count, 2))]
    second = np.where(rng.random(count) < 0.7, given[:, 1], "")
    numbers = rng.integers(10_000_000, 100_000_000, size=count)
    has_one = rng.random(count) < _WITH_TELEPHONE
    telephones = [f"{_SERIES}{number}" if has else None for number, has in zip(numbers, has_one, strict=True)]
    names = [f"{one}{two}{three}" for one, two, three in zip(surnames, given[:, 0], second, strict=True)]
    return pd.DataFrame({"resident_id": keys, "name": names, "telephone": pd.Series(telephones, dtype=object)})
