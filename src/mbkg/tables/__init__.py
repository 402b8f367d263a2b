"""A Document's tables: heads to columns, bodies to rows, and every number to the column it stands in."""

from mbkg.tables.meaning import Frame
from mbkg.tables.read import TablesReading, read_tables

__all__ = ["Frame", "TablesReading", "read_tables"]
