"""A workbook as an office keeps it: titles, merged cells, totals and notes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlsxwriter


def make_office_sheet(file: Path, date_1904: bool = False) -> Path:
    with xlsxwriter.Workbook(file, {"date_1904": date_1904}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("空")
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 6, "2026年出租屋台账")
        sheet.write_row(1, 0, ["填报单位：民治街道"])
        sheet.merge_range(2, 0, 3, 0, "出租屋编码")
        sheet.merge_range(2, 1, 2, 3, "房屋信息")
        sheet.write_row(3, 1, ["间 数", "租住人数", "出租方式"])
        for column, name in ((4, "已签责任书"), (5, "最近走访"), (6, "楼栋编码")):
            sheet.merge_range(2, column, 3, column, name)
        sheet.write_row(4, 0, ["R1", "２０间", 35, "日租", "是"])
        sheet.write_datetime(4, 5, dt.datetime(2024, 3, 5), day)
        sheet.merge_range(4, 6, 6, 6, "B1")
        sheet.write_row(5, 0, [4.40307e17, 3, 5, "月租", "否", 45356])
        sheet.write_row(6, 0, ["R3", "x", 5, "月租", "否", "1990年1月"])
        sheet.write_row(7, 0, ["=1+1", 3, 5, "month", "maybe", "2023-02-30", "B1"])
        sheet.write_row(8, 0, ["合计", 29, 55])
        sheet.write_row(9, 0, ["注：数据来源于社区"])
    return file
