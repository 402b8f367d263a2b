"""A file becomes a Document: lines and grids, each with its location; one module per format."""

from mbkg.documents.model import Box, Document, Format, GridCell, Line, Page, Word
from mbkg.documents.read import parse_document, read_document
from mbkg.documents.text import parse_text, read_text

__all__ = [
    "Box",
    "Document",
    "Format",
    "GridCell",
    "Line",
    "Page",
    "Word",
    "parse_document",
    "parse_text",
    "read_document",
    "read_text",
]
