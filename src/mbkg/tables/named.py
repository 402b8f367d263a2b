"""The rows of tables without codes that add up to which: by the measures they name, else by indent and list number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mbkg.tables.groups import Group, Values, list_level, rows_of_measure, sum_words, without_memo
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.settle import Draft


def named_groups(draft: Draft, values: Values, lexicon: Lexicon) -> list[Group]:
    """Rows told by their names: measures by what makes them up, others by indent and list number, as far as those are plain."""
    words = sum_words()
    rows = draft.rows
    family = draft.block.family
    adds: str = (
        "project" if family and family.axis == "project" else "unit" if family and family.axis == "unit" else "items"
    )
    totals = [i for i, row in enumerate(rows) if values[i] and (not row.label or lexicon.is_total(row.label))]
    measures = {i: m for i, row in enumerate(rows) if (m := lexicon.measure_of_row(row.label)) in words.composed}
    counts = {i for i, row in enumerate(rows) if words.never_row.search(row.label)}
    if len(measures) > 1:
        return _measure_groups(draft, values, measures, totals, counts)
    children: dict[int, list[int]] = {}
    sure: dict[int, bool] = {}
    levels = {i: list_level(without_memo(row.label)[0]) for i, row in enumerate(rows)}
    for index, parent in enumerate(draft.parents):
        if parent is None or index in counts or (index in totals and parent in totals):
            continue
        if without_memo(rows[index].label)[1]:
            sure[parent] = False
            continue
        children.setdefault(parent, []).append(index)
    for parent, own in children.items():
        numbered = {levels[i] for i in own if levels[i] is not None}
        if len(numbered) > 1 or (numbered and any(levels[i] is None and any(values[i].values()) for i in own)):
            sure[parent] = False
            children[parent] = [i for i in own if levels[i] == min(n for n in numbered if n is not None)]
        if not rows[parent].label and adds == "items":
            sure[parent] = False
    if len(totals) > 2:
        sure |= dict.fromkeys(totals, False)
    return [
        Group(parent, tuple(i for i in own if values[i]), adds, sure.get(parent, True))
        for parent, own in children.items()
    ]


def _measure_groups(
    draft: Draft, values: Values, measures: Mapping[int, str], totals: Sequence[int], counts: set[int]
) -> list[Group]:
    words = sum_words()
    at: dict[str, int] = {}
    for index, measure in measures.items():
        at.setdefault(measure, index)
    found, held = [], set()
    for measure, whole in at.items():
        parts = [i for part in words.compositions.get(measure, ()) for i in rows_of_measure(part, at)]
        held.update(parts)
        if parts:
            found.append(Group(whole, tuple(parts), "measure"))
    repeated = len(at) < len(measures)
    others = [
        i for i, row in enumerate(draft.rows) if i not in measures and i not in totals and i not in counts and values[i]
    ]
    plain = [i for i in others if not without_memo(draft.rows[i].label)[1]]
    tops = [i for i in at.values() if i not in held]
    known = bool(words.compositions.keys() & at.keys())
    if words.is_exclusive(at):
        plain = []
    for total in totals:
        parts = sorted([*tops, *plain])
        found.append(Group(total, tuple(parts), "measure", sure=not plain or (known and not repeated)))
    return [replace(group, sure=group.sure and not repeated) for group in found]
