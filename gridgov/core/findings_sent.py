"""The words of what is found in files as they were sent: the name of each rule, and what was seen, in Chinese."""

from __future__ import annotations

from types import MappingProxyType

NAMES = MappingProxyType(
    {
        "required": ("必填项为空", "Empty, but required"),
        "unreadable": ("内容无法识别", "Cannot be read"),
        "fraction": ("不是整数，已进位取整", "Not a whole number"),
        "lost-digits": ("数字末位已丢失，请以文本格式重新导出", "Last digits lost"),
        "no-key": ("缺少编码", "No code"),
        "duplicate": ("重复行", "The same row again"),
        "duplicate-key": ("编码重复且内容不同", "Code used twice"),
        "no-geometry": ("缺少图形", "No shape"),
        "not-finite": ("坐标不是有效数字", "Coordinate is no number"),
        "antimeridian": ("图形跨越180度经线", "Crosses the 180th meridian"),
        "wrong-geometry": ("图形类型不符", "Wrong kind of shape"),
        "no-area": ("图形修复后没有面积", "No area"),
        "repaired": ("图形自相交，已修复", "Shape repaired"),
        "outside-system": ("坐标不在所声明坐标系的范围内", "Outside its coordinate system"),
        "unreadable-shape": ("图形或坐标无法读取", "Shape cannot be read"),
        "far-off": ("离其余数据过远", "Far from the others"),
        "unknown-building": ("所属楼栋未登记", "Unknown building"),
        "unknown-household": ("所属户未登记", "Unknown household"),
        "unknown-division": ("所属社区未登记", "Unknown community"),
        "ignored-columns": ("未读取的列", "Columns not read"),
        "left-out": ("对应表略去的行", "Rows left out by the mapping"),
        "approximate-coordinates": ("坐标为近似值", "Approximate coordinates"),
        "other-sheets": ("未读取的工作表", "Sheets not read"),
        "total-or-note": ("合计或备注行", "Totals or notes"),
    }
)
"""Rule: its name in Chinese and English."""

DETAILS = MappingProxyType(
    {
        "{text} is not a whole number; taken as {n}": "{0} 不是整数；按 {1} 计",
        "{text} is not a whole number": "{0} 不是整数",
        "{text} is not a number": "{0} 不是数字",
        "{text} is negative": "{0} 为负数",
        "{text} is too large": "{0} 过大",
        "{text} is neither yes nor no": "{0} 既不是“是”也不是“否”",
        "{text} is none of {text}": "{0} 不是下列之一：{1}",
        "{text} is not a day (write 2024-03-05)": "{0} 不是日期（写法如 2024-03-05）",
        "{text} is not in the calendar": "{0} 在日历中不存在",
        "{text} is not stored": "{0} 未入库",
        "{text} is empty": "{0} 为空",
        "there is no shape": "没有图形",
        "{text}: the shape is neither WKT nor WKB": "{0}：图形既不是 WKT 也不是 WKB",
        "{text}: a coordinate is not a number": "{0}：坐标不是数字",
        "{text}: one is missing": "{0}：缺少一个坐标",
        "a coordinate is not a number or infinite": "坐标不是数字或为无穷大",
        "the same row is there already": "相同的行已存在",
        "another row with the same {text} says something else": "另一行的 {0} 相同而内容不同",
        "the shape crosses the 180th meridian": "图形跨越180度经线",
        "nothing is left of the shape when it is made valid": "修复后图形不复存在",
        "not read: {text}": "未读取：{0}",
        "{n} of {n} rows left out by the mapping": "{1} 行中有 {0} 行被对应表略去",
        "{text} cannot be in {text}": "{0} 不可能在 {1} 中",
        "{text} is far from all other rows": "{0} 离其余各行过远",
        "the coordinates of {n} rows were converted from {text} and are approximate (a metre or two)": (
            "{0} 行的坐标由 {1} 换算而来，为近似值（误差一两米）"
        ),
        "{share} of {n} rows lie in their community as declared, {share} if {text}": (
            "{1} 行中，按声明的坐标系有 {0} 位于所属社区内，若为 {3} 则有 {2}"
        ),
        "sheet {text} was read; not read: {text}": "已读取工作表 {0}；未读取：{1}",
        "rows left out as totals or notes: {text}": "作为合计或备注略去的行：{0}",
    }
)
"""Shape of what was seen: its Chinese wording, the facts numbered in the order of the shape."""
