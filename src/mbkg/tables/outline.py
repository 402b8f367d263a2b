"""Which rows of a settled table add up to which: the outline that its codes, list numbers and words draw.

Reading a table needs a parent for every row; adding it up needs more care. A row under 其中 is part of a figure and need not be all of
it; a code printed again may be a detail of the row above or the same item of another unit; a 本年收入 may stand above its items or below
them. A group that the print leaves open is stated as not sure: a rule then says that it cannot be tried, unless it ties out all the same.
"""

from __future__ import annotations

from mbkg.tables.coded import CodedOutline
from mbkg.tables.groups import Group, Values
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.named import named_groups
from mbkg.tables.settle import Draft
from mbkg.tables.sides import lane_groups, side_groups


def groups_of_rows(draft: Draft, values: Values, lexicon: Lexicon) -> list[Group]:
    """Every group of rows that adds up to a row, in the order of the wholes."""
    if any(row.lane for row in draft.rows):
        found = [
            g
            for lane in dict.fromkeys(row.lane for row in draft.rows)
            for g in side_groups(draft, values, lane, lexicon)
        ]
    elif any(code.code for code in draft.codes):
        found = CodedOutline(draft, values, lexicon).groups()
    elif any(
        known is not None and known.sets.get("total") for known in [lexicon.lane_row(row.label) for row in draft.rows]
    ):
        found = lane_groups(draft, values, [*range(len(draft.rows))], lexicon)
    else:
        found = named_groups(draft, values, lexicon)
    return sorted((group for group in found if group.parts), key=lambda group: group.whole)
