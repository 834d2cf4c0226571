"""Tables become maps and documents; asks nobody for data."""

from gridgov.reports.bundle import ReportBundle, ReportFiles, ReportOptions, WriteLayers
from gridgov.reports.coverage import write_coverage_report

__all__ = ["ReportBundle", "ReportFiles", "ReportOptions", "WriteLayers", "write_coverage_report"]
