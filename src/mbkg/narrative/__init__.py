"""The narrative of a report becomes values: identity, statements, structure, terms, each with its line.

`read_narrative(document)` is the whole stage; `read_identities` and `split_reports` serve those who must know first whose report it is.
"""

from mbkg.narrative.identity import read_identities
from mbkg.narrative.layout import line_kinds, prose_lines, table_free
from mbkg.narrative.model import Identity, Narrative
from mbkg.narrative.reader import read_narrative, split_reports

__all__ = [
    "Identity",
    "Narrative",
    "line_kinds",
    "prose_lines",
    "read_identities",
    "read_narrative",
    "split_reports",
    "table_free",
]
