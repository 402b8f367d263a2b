"""The rows of coded tables that add up to which: rows under the codes that begin theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mbkg.labels import squeeze
from mbkg.tables.groups import Group, Values, sum_words, without_memo
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.settle import Draft

_FUNCTION = re.compile(r"^2\d{2}(?:\d{2}){0,2}$")
_ECONOMIC = re.compile(r"^[345]\d{2}(?:\d{2})?$")


class CodedOutline:
    """Rows under the codes that begin theirs, within their unit where units have rows of their own."""

    def __init__(self, draft: Draft, values: Values, lexicon: Lexicon) -> None:
        self.draft, self.values, self.lexicon = draft, values, lexicon
        self.codes = [coded.code for coded in draft.codes]
        self.kinds = self._kinds()
        self.details = self._has_details()

    def _kinds(self) -> list[str]:
        """Of each row: function, economic, unit, or an empty string without a code."""
        long = {code for code in self.codes if len(code) >= 6 and not _FUNCTION.match(code)}
        units = {
            code
            for code in self.codes
            if code in long or (len(code) == 3 and any(other.startswith(code) for other in long))
        }
        kinds = []
        for code in self.codes:
            if not code:
                kinds.append("")
            elif code in units:
                kinds.append("unit")
            else:
                kinds.append("function" if _FUNCTION.match(code) else "economic" if _ECONOMIC.match(code) else "unit")
        return kinds

    def groups(self) -> list[Group]:
        rows = range(len(self.codes))
        classes = [i for i in rows if self.kinds[i] in ("function", "economic")]
        units = [i for i in rows if self.kinds[i] == "unit"]
        found: list[Group] = []
        if units and classes and units[0] < classes[0]:
            roots, blocks = self._forest(units, found)
            for unit, stop in zip(units, [*units[1:], len(self.codes)], strict=True):
                inside = [i for i in classes if unit < i < stop]
                tops, _ = self._forest(inside, found)
                if inside:
                    found.append(Group(unit, tuple(tops), self._adds(tops)))
            return found + self._totals(roots, blocks)
        if units and classes:
            owners: dict[int, list[int]] = {}
            for unit in units:
                above = [i for i in classes if i < unit]
                owners.setdefault(above[-1], []).append(unit)
            found += [Group(owner, tuple(own), "unit", sure=False) for owner, own in owners.items()]
        roots, clear = self._forest(classes or units, found)
        return found + self._totals(roots, clear)

    def _adds(self, rows: Sequence[int]) -> str:
        kind = self.kinds[rows[0]] if rows else "function"
        return "economic" if kind == "economic" else "unit" if kind == "unit" else "function"

    def _forest(self, rows: Sequence[int], found: list[Group]) -> tuple[list[int], bool]:
        """Append the groups among rows; returns those under no other, and whether every row's place is plain."""
        children: dict[int, list[int]] = {}
        roots: list[int] = []
        for position, index in enumerate(rows):
            run = self._run_start(rows, position)
            if run is not None and self.details:
                children.setdefault(rows[run], []).append(index)
                continue
            parent = self._above(rows, position)
            if parent is None:
                roots.append(index)
            else:
                children.setdefault(parent, []).append(index)
        for whole, parts in children.items():
            found.append(Group(whole, tuple(parts), self._adds(parts)))
        return roots, True

    def _run_start(self, rows: Sequence[int], position: int) -> int | None:
        """Where the unbroken run of one code that a row continues begins, as a position in `rows`."""
        start = position
        while start and self._key(rows[start - 1]) == self._key(rows[position]):
            start -= 1
        return start if start < position else None

    def _key(self, index: int) -> tuple[str, str]:
        return self.codes[index], self.draft.codes[index].government

    def _above(self, rows: Sequence[int], position: int) -> int | None:
        """The nearest row above with the longest code that begins this one's; of a class printed for several government classes its own."""
        code, government = self._key(rows[position])
        above = [
            i for i in reversed(rows[:position]) if len(self.codes[i]) < len(code) and code.startswith(self.codes[i])
        ]
        if government:
            own = [i for i in above if not (held := self._key(i)[1]) or government.startswith(held[:3])]
            above = own or above
        return max(above, key=lambda i: len(self.codes[i]), default=None)

    def _has_details(self) -> bool:
        """Whether a code printed again right below itself is a detail of it: most runs add up to their first row."""
        votes = {True: 0, False: 0}
        rows = [i for i in range(len(self.codes)) if self.codes[i]]
        position = 0
        while position < len(rows):
            stop = position + 1
            while stop < len(rows) and self._key(rows[stop]) == self._key(rows[position]):
                stop += 1
            if stop - position > 1:
                first, *others = (self.values[i] for i in rows[position:stop])
                ties = all(sum(o.get(column, Decimal(0)) for o in others) == value for column, value in first.items())
                votes[ties] += 1
            position = stop
        return votes[True] > votes[False]

    def _totals(self, roots: Sequence[int], clear: bool) -> list[Group]:
        """The groups of the rows that have no code."""
        rows = self.draft.rows
        bare = [i for i, code in enumerate(self.codes) if not code and (self.values[i] or rows[i].label)]
        named = [i for i in bare if self.lexicon.is_total(rows[i].label)]
        totals = [i for i in bare if self.values[i] and (not rows[i].label or i in named)] or named[:1]
        halves = self._halves(bare, roots)
        counted = {i for group in halves for i in (group.whole,)}
        strange = [
            i
            for i in bare
            if i not in totals
            and i not in counted
            and any(self.values[i].values())
            and not without_memo(rows[i].label)[1]
        ]
        schemes = {self.codes[i][0] == "5" for i in roots if self.kinds[i] == "economic"}
        sure = clear and not strange and len(schemes) < 2
        if not roots:
            return halves
        if len(totals) == 2 and totals[0] < roots[0] and totals[1] > roots[-1]:
            return halves + [Group(total, tuple(roots), self._adds(roots), sure) for total in totals]
        if len(totals) > 1:
            return halves + self._sections(totals, roots)
        return halves + [Group(total, (*roots, *strange), self._adds(roots), sure) for total in totals]

    def _sections(self, totals: Sequence[int], roots: Sequence[int]) -> list[Group]:
        """Several totals in one table: each closes the rows above it, or opens those below; never sure."""
        opens = totals[0] < roots[0]
        edges = [*totals, len(self.codes)] if opens else [-1, *totals]
        found = []
        for at, total in enumerate(totals):
            inside = tuple(i for i in roots if edges[at] < i < edges[at + 1])
            found.append(Group(total, inside, self._adds(inside), sure=False))
        return found

    def _halves(self, bare: Iterable[int], roots: Sequence[int]) -> list[Group]:
        """人员经费合计 and 公用经费合计 of an economic table, where both are printed."""
        words = sum_words().halves
        at = {squeeze(self.draft.rows[i].label): i for i in bare if squeeze(self.draft.rows[i].label) in words}
        if len(at) < len(words):
            return []
        return [
            Group(at[label], tuple(i for i in roots if self.codes[i] in codes), "economic")
            for label, codes in words.items()
        ]
