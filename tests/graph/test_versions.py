"""The same report in several files: agreeing sources, slips between two formats, newer versions; nothing that differs is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_reports import Workshop

from mbkg.graph.build import BuildResult
from mbkg.graph.reading_report import remarks


def standing(result: BuildResult) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(choice.file, choice.other_files, choice.superseded) for choice, _ in result.chosen]


def values(workshop: Workshop) -> list[str]:
    rows = workshop.ask('SELECT ?v WHERE { ?c a mb:Cell ; mb:value ?v ; mb:rowCode "2101501" }')
    return [row["v"] for row in rows]


def test_a_scan_and_a_text_of_one_report_agree(workshop: Workshop) -> None:
    """The text stands, the scan is its second source, and every cell names it."""
    workshop.write("a.pdf.txt", picture=0.8, page=3, format="image")
    workshop.write("b.txt")
    result = workshop.build()
    assert standing(result) == [("b.txt", ("a.pdf.txt",), ())]
    rows = workshop.ask(
        "SELECT ?f ?n WHERE { ?r prov:hadPrimarySource ?s . ?s mb:fileName ?f . OPTIONAL { ?s mb:cellsAgreeing ?n } }"
    )
    assert {row["f"]: row["n"] for row in rows} == {"a.pdf.txt": "9", "b.txt": ""}
    assert len(workshop.ask("SELECT ?c WHERE { ?c a mb:Cell ; prov:hadPrimarySource/mb:fileName 'a.pdf.txt' }")) == 9
    assert not workshop.ask("SELECT ?c WHERE { ?c mb:confidence ?x . ?c a mb:Cell }")
    assert any("两个来源" in line and "9 个数字两处相同" in line for line in remarks(result))


def test_the_order_of_agreeing_files_changes_nothing(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    first = workshop.write("a.txt", picture=0.8, page=3, format="image")
    second = workshop.write("b.txt", page=2, format="pdf")
    third = workshop.write("c.txt", leave_out=2)
    workshop.build(first, second, third)
    workshop.build(third, first, second, kg=other_folder("other"))
    for path in (second, third, first):
        workshop.build(path, kg=other_folder("bits"))
    assert workshop.quads() == workshop.quads(other_folder("other"))
    assert workshop.quads() == workshop.quads(other_folder("bits"))


def test_a_figure_that_a_scan_prints_otherwise_is_told_with_both_places(workshop: Workshop) -> None:
    """One of nine is more than a slip: the file given later stands, and the difference is said."""
    workshop.write("a.txt", page=3, picture=0.8, format="image", changed={"2101501": "151"})
    workshop.write("b.txt")
    result = workshop.build()
    assert standing(result) == [("b.txt", (), ("a.txt",))]
    (told,) = [line for line in remarks(result) if "代替" in line]
    assert "b.txt 第16行印150.00，a.txt 第3页第16行印151.00" in told


@pytest.mark.parametrize("name", ["某局预算（更正）.txt", "某局预算V2.txt", "某局预算-修订稿.txt"])
def test_a_version_that_says_it_is_newer_stands_whenever_it_was_given(name: str, workshop: Workshop) -> None:
    newer = workshop.write(name, changed={"2101501": "151"})
    older = workshop.write("某局预算.txt")
    result = workshop.build(newer, older)
    assert standing(result) == [(name, (), ("某局预算.txt",))]
    assert values(workshop) == ["151"]
    assert any("标明是更正或更新的版本" in line and "1 个数字不同" in line for line in remarks(result))
    replaced = workshop.ask("SELECT ?f WHERE { ?r a mb:Report ; mb:supersededFileName ?f }")
    assert replaced == [{"f": "某局预算.txt"}]


def test_a_title_may_say_it_too(workshop: Workshop) -> None:
    newer = workshop.write("a.txt", changed={"2101501": "151"}, title="2024年部门预算（更正）")
    older = workshop.write("b.txt")
    assert standing(workshop.build(newer, older)) == [("a.txt", (), ("b.txt",))]


def test_of_two_unmarked_versions_the_later_stands_and_the_difference_is_counted(workshop: Workshop) -> None:
    first = workshop.write("a.txt")
    second = workshop.write("b.txt", changed={"2101501": "151", "2101598": "49"})
    result = workshop.build(first, second)
    assert standing(result) == [("b.txt", (), ("a.txt",))]
    told = [line for line in remarks(result) if "代替" in line]
    assert len(told) == 1
    assert "2 个数字不同" in told[0]
    assert "a.txt 第16行印150.00" in told[0]
    assert standing(workshop.build(second, first)) == [("a.txt", (), ("b.txt",))]


def test_tables_in_one_file_each_are_one_report(workshop: Workshop) -> None:
    """Files that print different rows of the same tables contradict nothing; the fuller one stands."""
    workshop.write("a.txt", leave_out=3)
    workshop.write("b.txt")
    result = workshop.build()
    assert standing(result) == [("b.txt", ("a.txt",), ())]
    assert any("只有 b.txt 在该处印出" in line for line in remarks(result))


def test_a_source_taken_back_leaves_no_trace(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    """A file that becomes another report is no source of the first any more."""
    workshop.write("a.txt", page=3, format="pdf")
    workshop.write("b.txt")
    workshop.build()
    workshop.write("a.txt", year=2025)
    workshop.build()
    workshop.build(kg=other_folder("fresh"))
    assert workshop.quads() == workshop.quads(other_folder("fresh"))
