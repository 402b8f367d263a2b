"""Whole reports: invented ones that ship with the tests, and the five originals where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbkg.documents import read_text
from mbkg.narrative import read_narrative

from .golden_rows import HERE, ORIGINALS, read_rows, rows

INVENTED = sorted((HERE / "reports").glob("*.txt"))
GOLDEN = sorted((HERE / "golden").glob("*.csv"))


@pytest.mark.parametrize("path", INVENTED, ids=lambda path: path.stem)
def test_reads_an_invented_report(path: Path) -> None:
    """Every statement of the report comes back as reviewed, and no figure of its prose is left over."""
    narrative = read_narrative(read_text(path))
    assert list(rows(narrative.statements)) == read_rows(path.with_suffix(".csv"))
    assert narrative.leftovers == ()


@pytest.mark.originals
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_reads_an_original(golden: Path) -> None:
    """Each original gives the statements that were reviewed beside its text, and leaves no figure over."""
    original = ORIGINALS / f"{golden.stem}.txt"
    if not original.exists():
        pytest.skip("the originals are not part of this repository")
    narrative = read_narrative(read_text(original))
    assert list(rows(narrative.statements)) == read_rows(golden)
    assert narrative.leftovers == ()


def test_tables_and_sheets_are_left_to_their_readers() -> None:
    """No line is both prose and table, and a figure of a table is no statement."""
    narrative = read_narrative(read_text(HERE / "reports" / "jinghe-2023-final-account.txt"))
    assert not narrative.claimed & narrative.refused
    assert all(statement.place.line not in narrative.refused for statement in narrative.statements)


def test_skipped_lines_are_not_read() -> None:
    """Lines that another reader owns give no statement, whatever they look like."""
    document = read_text(HERE / "reports" / "jinghe-2023-final-account.txt")
    first = read_narrative(document).statements[0].place.line or 0
    narrative = read_narrative(document, frozenset({first}))
    assert all(statement.place.line != first for statement in narrative.statements)
    assert first not in narrative.claimed


def test_structure_and_terms() -> None:
    """Offices keep their notes, a small table gives the bodies, terms stand with their definitions."""
    narrative = read_narrative(read_text(HERE / "reports" / "jinghe-2023-final-account.txt"))
    names = [name for name, _ in narrative.structure.departments]
    assert names == ["办公室", "规划财务科", "待遇保障科", "医药服务管理科", "基金监督科"]
    assert narrative.structure.department_notes[0][:2] == ("医药服务管理科", "挂药品价格科牌子")
    bodies = [name for name, _ in narrative.structure.subordinates]
    assert bodies == ["临海市静河区医疗保障局本级", "临海市静河区医疗保险事务中心"]
    assert len(narrative.structure.duties) == 2
    assert [term.name for term in narrative.terms] == ["财政拨款收入", "“三公”经费"]
