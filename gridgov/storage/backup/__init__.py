"""Backups: a dump that was checked against the database, and a restore that can be looked at before it counts."""

from gridgov.storage.backup.dump import Backup, count_rows, read_backup, write_backup
from gridgov.storage.backup.restore import restore_backup

__all__ = ["Backup", "count_rows", "read_backup", "restore_backup", "write_backup"]
