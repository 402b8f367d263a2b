"""A file becomes a Document: lines and grids, each with its location; one module per format."""

from mbkg.documents.model import Document, GridCell, Line
from mbkg.documents.text import parse_text, read_text

__all__ = ["Document", "GridCell", "Line", "parse_text", "read_text"]
