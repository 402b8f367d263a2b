"""A report in two files is one report: words from the one, tables from the other, whoever is read first; what belongs together is shown."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from report_halves import REPORTS, TITLES, anonymous, halves

from mbkg.ask import answer_question
from mbkg.graph.build import BuildResult, build, read_to_memory
from mbkg.graph.export import sorted_nquads
from mbkg.graph.reading_report import remarks
from mbkg.graph.store import open_graph, rows_of
from mbkg.resources import resource_path

CELLS = """SELECT ?table ?code ?label ?column ?value ?how WHERE {
  ?cell a mb:Cell ; mb:table/dcterms:title ?table ; mb:column ?column ; mb:value ?value ; mb:how ?how .
  OPTIONAL { ?cell mb:rowCode ?code } OPTIONAL { ?cell mb:rowLabel ?label } }"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ask(kg: Path | str, sparql: str) -> list[tuple[str, ...]]:
    graph = open_graph(str(kg))
    rows = [tuple(row.values()) for row in rows_of(graph.query(sparql))]  # type: ignore[arg-type]
    graph.close()
    return rows


def quads(kg: Path) -> list[bytes]:
    graph = open_graph(str(kg))
    lines = sorted_nquads(graph)
    graph.close()
    return lines


def reports(result: BuildResult) -> list[tuple[str, int, str, int, int]]:
    return [(r.unit, r.year, r.scope + r.kind, r.cells, r.statements) for _, r in result.chosen]


@pytest.mark.parametrize("stem", REPORTS)
def test_words_and_tables_make_the_report_that_one_file_makes(stem: str, tmp_path: Path) -> None:
    """The same figures in the same columns, inferred as surely, and the same figures in words as from the whole text."""
    words, tables = halves(stem)
    write(tmp_path / "two", "说明.txt", words)
    write(tmp_path / "two", "表.txt", tables)
    write(tmp_path / "one", f"{stem}.txt", words + "\n" + tables)
    two = build([tmp_path / "two"], str(tmp_path / "kg2"))
    one = build([tmp_path / "one"], str(tmp_path / "kg1"))
    assert reports(two) == reports(one)
    assert len(two.chosen) == 1
    assert Counter(ask(tmp_path / "kg2", CELLS)) == Counter(ask(tmp_path / "kg1", CELLS))
    facts = "SELECT ?series ?amount WHERE { ?f a mb:BudgetFact ; mb:series ?series ; mb:amountWan ?amount }"
    assert Counter(ask(tmp_path / "kg2", facts)) == Counter(ask(tmp_path / "kg1", facts))


def test_each_half_is_named_where_it_prints(tmp_path: Path) -> None:
    """Evidence says which of the two files prints a figure; the report lists both with what they gave."""
    words, tables = halves("zhaoyuan-2024-budget")
    write(tmp_path / "in", "说明.txt", words)
    write(tmp_path / "in", "表.txt", tables)
    kg = tmp_path / "kg"
    build([tmp_path / "in"], str(kg))
    assert ask(kg, "SELECT DISTINCT ?file WHERE { ?s a mb:Statement ; mb:fileName ?file }") == [("说明.txt",)]
    assert ask(kg, "SELECT ?file WHERE { ?c a mb:Cell ; mb:fileName ?file }") == []
    told = ask(
        kg, "SELECT ?f ?n WHERE { ?r prov:hadPrimarySource ?s . ?s mb:fileName ?f ; mb:cellsRead ?n } ORDER BY ?f"
    )
    assert [name for name, _ in told] == ["表.txt", "说明.txt"]
    assert told[1][1] == "0"
    assert ask(kg, "SELECT ?main ?other WHERE { ?r a mb:Report ; mb:fileName ?main ; mb:otherFileName ?other }") == [
        ("表.txt", "说明.txt")
    ]
    answer = answer_question("招远市医疗保障局2024年机关运行经费是多少", open_graph(str(kg)))
    assert answer.status == "answered"
    assert {place.file for place in answer.evidence} == {"说明.txt"}
    assert "说明.txt 第" in answer.text


def test_whichever_half_comes_first_and_however_often_it_is_the_same_graph(tmp_path: Path) -> None:
    words, tables = halves("zhaoyuan-2024-budget")
    first = write(tmp_path / "in", "说明.txt", words)
    second = write(tmp_path / "in", "表.txt", tables)
    waiting = build([first], str(tmp_path / "a"))
    assert waiting.exit_code == 2
    assert "只有招远市医疗保障局2024年预算的文字说明" in waiting.files[0].problem
    build([second], str(tmp_path / "b"))
    joined = build([second], str(tmp_path / "a"))
    assert [outcome.status for outcome in joined.files] == ["read"]
    build([first], str(tmp_path / "b"))
    build([first, second], str(tmp_path / "c"))
    assert quads(tmp_path / "a") == quads(tmp_path / "c")
    assert quads(tmp_path / "b") == quads(tmp_path / "c")
    again = build([first, second], str(tmp_path / "c"))
    assert not again.changed
    assert [(outcome.status, outcome.problem) for outcome in again.files] == [("unchanged", ""), ("unchanged", "")]


def test_two_reports_in_four_files_find_their_own_halves_by_their_totals(tmp_path: Path) -> None:
    """The tables say nowhere whose they are; each goes with the narrative that states its totals, and the report says on what ground."""
    for number, stem in enumerate(("yantai-2025-budget", "zhaoyuan-2024-budget"), start=1):
        words, tables = halves(stem)
        write(tmp_path / "in", f"说明{number}.txt", words)
        write(tmp_path / "in", f"表{3 - number}.txt", anonymous(tables))
    result = build([tmp_path / "in"], str(tmp_path / "kg"))
    assert [(r.unit, choice.file, choice.other_files) for choice, r in result.chosen] == [
        ("烟台市医疗保障局", "表2.txt", ("说明1.txt",)),
        ("招远市医疗保障局", "表1.txt", ("说明2.txt",)),
    ]
    assert [r.cells for _, r in result.chosen] == [333, 435]
    assert sum("个总数相同" in line for line in remarks(result)) == 2
    assert not any(outcome.problem for outcome in result.files)


def test_tables_of_nobody_stay_out(tmp_path: Path) -> None:
    """Without a narrative that states their totals they are refused as before, and another report's narrative does not claim them."""
    write(tmp_path / "in", "说明.txt", halves("zhaoyuan-2024-budget")[0])
    write(tmp_path / "in", "表.txt", anonymous(halves("yantai-2025-budget")[1]))
    result = build([tmp_path / "in"], str(tmp_path / "kg"))
    assert result.exit_code == 2
    assert {outcome.name for outcome in result.files if outcome.problem} == {"说明.txt", "表.txt"}
    assert "没有找到单位名称" in next(outcome.problem for outcome in result.files if outcome.name == "表.txt")


def test_a_file_name_says_whose_the_tables_are(tmp_path: Path) -> None:
    """A name with body and year fills in what the tables leave out, with a note; it never speaks against them."""
    tables = anonymous(halves("zhaoyuan-2024-budget")[1])
    write(tmp_path / "in", "附件：招远市医疗保障局2024年部门预算公开表.txt", tables)
    result = build([tmp_path / "in"], str(tmp_path / "kg"))
    assert [(r.unit, r.year, r.kind) for _, r in result.chosen] == [("招远市医疗保障局", 2024, "预算")]
    assert any("取自文件名" in line for line in remarks(result))
    write(tmp_path / "other", "招远市医疗保障局2019年部门预算.txt", tables)
    assert build([tmp_path / "other"], str(tmp_path / "kg2")).exit_code == 2


def test_department_and_unit_stay_two_reports(tmp_path: Path) -> None:
    words, tables = halves("zhaoyuan-2024-budget")
    whole = words + "\n" + tables
    write(tmp_path / "in", "部门.txt", whole)
    unit = (
        whole.replace("部门预算", "单位预算")
        .replace("招远市医疗保障局\t", "招远市医疗保障局（本级）\t")
        .replace("本部门", "本单位")
    )
    write(tmp_path / "in", "单位.txt", unit)
    result = build([tmp_path / "in"], str(tmp_path / "kg"))
    assert sorted(r.scope for _, r in result.chosen) == ["单位", "部门"]


def test_halves_that_name_their_scope_otherwise_are_joined_by_their_totals(tmp_path: Path) -> None:
    """Words of a 单位预算 beside tables of a 部门预算 with the same totals, and nothing else of that body: one report, with the ground."""
    words, tables = halves("zhaoyuan-2024-budget")
    for plain, other in (("部门预算", "单位预算"), ("本部门", "本单位"), ("二级预算单位", "预算单位")):
        words = words.replace(plain, other)
    write(tmp_path / "in", "说明.txt", words)
    write(tmp_path / "in", "表.txt", tables)
    result = build([tmp_path / "in"], str(tmp_path / "kg"))
    assert len(result.chosen) == 1
    assert [[report.cells for report in outcome.reports] for outcome in result.files] == [[435], [435]]


def test_cells_of_two_files_are_shown_without_a_graph(tmp_path: Path) -> None:
    words, tables = halves("zhaoyuan-2024-budget")
    paths = [write(tmp_path, "说明.txt", words), write(tmp_path, "表.txt", tables)]
    readings, chunks = read_to_memory(paths)
    assert [reading.problem for reading in readings] == ["", ""]
    assert len(chunks) == 1
    readings, chunks = read_to_memory(paths[:1])
    assert "暂未入图" in readings[0].problem
    assert chunks == []


def test_the_reading_report_as_json_lists_the_sources(tmp_path: Path) -> None:
    words, tables = halves("zhaoyuan-2024-budget")
    write(tmp_path / "in", "说明.txt", words)
    write(tmp_path / "in", "表.txt", tables)
    told = json.loads(json.dumps(build([tmp_path / "in"], str(tmp_path / "kg")).to_json()))
    (report,) = told["reports"]
    assert [(s["file"], s["cells"] > 0, s["statements"] > 0) for s in report["sources"]] == [
        ("表.txt", True, False),
        ("说明.txt", False, True),
    ]
    assert report["other_files"] == ["说明.txt"]


def test_a_blank_form_gives_nothing_and_says_so(tmp_path: Path) -> None:
    """Every figure taken out or spelt XX: no fact, no cell, one plain sentence, and no word of failure."""
    text = resource_path("data", "reports", "zhaoyuan-2024-budget.txt").read_text(encoding="utf-8")
    region = "\n".join(text.split("\n")[50:433])
    blank = re.sub(r"\d[\d,]*\.\d\d", "", region).replace("招远市医疗保障局", "XX局")
    filled = re.sub(r"\d[\d,]*\.\d\d", "x,xxx.xx", region)
    for name, form in (("空白.txt", blank), ("样表.txt", filled)):
        result = build([write(tmp_path, name, form)], str(tmp_path / f"kg-{name}"))
        assert [(outcome.status, outcome.problem) for outcome in result.files] == [
            ("blank", f"{name}：是空白样表，没有数字。")
        ]
        assert result.exit_code == 2
        assert not any(line.startswith("未入图") for line in remarks(result))


def test_titles_of_the_halves_are_those_of_the_reports() -> None:
    """The test's own material: each half holds what it should."""
    for stem in REPORTS:
        words, tables = halves(stem)
        assert TITLES[stem] in words
        assert "支出" in tables
        assert len(tables) > 5000
