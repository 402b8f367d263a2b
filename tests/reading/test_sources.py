"""What a file gives to a report, where it stands as a person counts, and how two files of one report come together."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mbkg.documents import Document, GridCell, Page
from mbkg.documents.builder import DocumentBuilder
from mbkg.errors import BlankForm, UnknownIdentity
from mbkg.facts import report_facts
from mbkg.merging import merge
from mbkg.naming import identity_in_name, version_mark
from mbkg.places import located
from mbkg.reading import read_parts, read_report
from mbkg.reports import Cell, Leftover, Place, Report, Statement, Structure, Table
from mbkg.sources import Part, compare

DATA = Path(__file__).parents[2] / "data" / "reports"
STEM = "zhaoyuan-2024-budget"


@cache
def whole() -> Part:
    (part,) = read_parts(DATA / f"{STEM}.txt")
    return part


def in_another_file(name: str, *, wrong: int = 0, form: str = "pdf", drop: int = 0) -> Part:
    """The same report as another file would give it, `wrong` of its figures printed otherwise, its last `drop` tables absent."""
    report, left = whole().report, wrong
    tables = []
    for table in report.tables[: len(report.tables) - drop]:
        cells = []
        for cell in table.cells:
            if left and cell.value > 1:
                left -= 1
                cell = replace(cell, value=cell.value + 1, printed=f"{cell.value + 1:,.2f}")
            cells.append(replace(cell, place=Place(cell.place.line, 4)))
        tables.append(replace(table, cells=tuple(cells)))
    return Part(replace(report, file=name, name=name, tables=tuple(tables)), format=form)  # type: ignore[arg-type]


# ---- names of files


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("附件2：河湾市医疗保障局2025年部门预算公开表.xlsx", ("河湾市医疗保障局", 2025, "budget", "department")),
        ("2025年河湾市医疗保障局预算.pdf", ("河湾市医疗保障局", 2025, "budget", None)),
        (
            "河湾市医疗保险事业中心_2024年度单位决算（更正）.pdf",
            ("河湾市医疗保险事业中心", 2024, "final_account", "unit"),
        ),
        ("河湾市医疗保障局（本级）2025年预算V2.docx", ("河湾市医疗保障局", 2025, "budget", "unit")),
        ("1.2025年度部门预算公开表（河湾市医疗保障局）.xls", ("河湾市医疗保障局", 2025, "budget", "department")),
        ("河湾市医疗保障局2025.xlsx", ("河湾市医疗保障局", 2025, None, None)),
        ("报告.txt", (None, None, None, None)),
        ("2024-2025年预算.txt", (None, None, "budget", None)),
    ],
)
def test_what_a_file_name_says(file: str, said: tuple[object, ...]) -> None:
    """Body, year, kind and scope where the name has them once; never half a name."""
    found = identity_in_name(file)
    assert (found.unit, found.year, found.kind, found.scope) == said


@pytest.mark.parametrize(
    ("file", "mark"),
    [
        ("预算.pdf", 0),
        ("预算V1.pdf", 0),
        ("预算v2.pdf", 2),
        ("预算（更正）.pdf", 1),
        ("预算第三版.pdf", 3),
        ("2024年调整预算.pdf", 0),
    ],
)
def test_how_new_a_version_says_it_is(file: str, mark: int) -> None:
    """调整预算 is a phase of the budget, no newer version of it."""
    assert version_mark(file, "") == mark
    assert version_mark("a.pdf", file.removesuffix(".pdf")) == mark


# ---- two files of one report


def test_agreeing_files_are_one_report_with_two_sources() -> None:
    """All figures alike: the tables of the better print stand, and every cell knows where else it is printed."""
    other = in_another_file("同一报告.pdf")
    merged = merge([whole(), other])
    assert merged.report.file == other.report.file  # as good a print, and the later name
    assert merged.other_files == (whole().report.file,)
    assert merged.superseded == ()
    assert {len(cell.also) for _, cell in merged.report.cells} == {1}
    assert [(s.cells, s.agreeing) for s in merged.report.sources] == [(450, 0), (450, 450)]
    assert report_facts(merged.report) == report_facts(whole().report)
    assert merged == merge([other, whole()])


def test_a_few_slips_between_two_formats_are_told_and_the_better_print_stands() -> None:
    other = in_another_file("扫描.pdf", wrong=3)
    scanned = tuple(
        replace(table, cells=tuple(replace(cell, confidence=0.9) for cell in table.cells))
        for table in other.report.tables
    )
    merged = merge([whole(), replace(other, report=replace(other.report, tables=scanned))])
    assert merged.report.file == f"{STEM}.txt"
    assert merged.superseded == ()
    assert [cell.value for _, cell in merged.report.cells] == [cell.value for _, cell in whole().report.cells]
    (told,) = [note for note in merged.report.notes if "个数字不同" in note]
    assert told.startswith(f"{STEM}.txt 与 扫描.pdf 有 3 个数字不同，以前者为准：")
    assert told.count("扫描.pdf 第4页第") == 3


def test_many_differences_make_another_version_and_are_told_up_to_a_bound() -> None:
    merged = merge([whole(), in_another_file("新的.pdf", wrong=100)])
    assert merged.superseded == (f"{STEM}.txt",)
    (told,) = [note for note in merged.report.notes if "代替" in note]
    assert "两者有 100 个数字不同" in told
    assert told.endswith("另有 80 处。")


def test_tables_that_only_one_file_prints_are_taken_from_it() -> None:
    fewer = in_another_file("一部分.txt", form="text", drop=1)
    merged = merge([fewer, whole()])
    assert merged.report.file == f"{STEM}.txt"
    rest = replace(whole().report, file="其余.txt", tables=whole().report.tables[-1:], projects=(), statements=())
    both = merge([fewer, Part(rest, "tables")])
    assert [table.title for table in both.report.tables] == [table.title for table in whole().report.tables]
    assert {cell.place.file for cell in both.report.tables[-1].cells} == {"其余.txt"}
    assert any(note.endswith("取自 其余.txt。") for note in both.report.notes)


def test_figures_in_another_money_unit_agree_within_their_rounding() -> None:
    """12,345.00 元 and 1.23 万元 are one figure; 1.24 万元 is another."""
    cell = whole().report.tables[0].cells[0]
    yuan = replace(cell, value=cell.value * 10000 + 30, unit="元", printed=f"{cell.value * 10000 + 30:,.2f}")
    far = replace(yuan, value=yuan.value + 100, printed="")
    for other, alike in ((yuan, 1), (far, 0)):
        table = replace(whole().report.tables[0], cells=(other,))
        found = compare(replace(whole().report, tables=(table,)), whole().report)
        assert len(found.alike) == alike
        assert len(found.differing) == 1 - alike


# ---- what a file gives


def test_forms_and_strangers(tmp_path: Path) -> None:
    """A blank form is no failure; tables of nobody are refused by `read_report` and given as a part by `read_parts`."""
    region = "\n".join((DATA / f"{STEM}.txt").read_text(encoding="utf-8").split("\n")[50:433])
    path = tmp_path / "表.txt"
    path.write_text(region.replace("招远市医疗保障局", ""), encoding="utf-8")
    with pytest.raises(UnknownIdentity, match="单位名称"):
        read_report(path)
    (part,) = read_parts(path)
    assert part.role == "tables"
    assert part.missing == ("单位名称",)
    assert part.document is not None
    path.write_text(region.translate(str.maketrans("0123456789", "xxxxxxxxxx")), encoding="utf-8")
    with pytest.raises(BlankForm, match=r"表\.txt：是空白样表，没有数字。"):
        read_report(path)


# ---- places


def paged() -> Document:
    builder = DocumentBuilder()
    builder.text("第一页", page=1)
    builder.grid([[GridCell("合计", 0), GridCell("1.00", 1)]], page=2, row_numbers=[8], confidence=0.75)
    return builder.build("报告.xlsx", b"x", "xlsx", pages=[Page(1, name="封面"), Page(2, name="收支总表")])


def test_every_place_becomes_page_and_row() -> None:
    """Line 2 of the document is row 8 of the second sheet, wherever it is named; what was recognised from a picture says so."""
    cell = Cell("", "合计", "金额", whole().report.tables[0].cells[0].value, "万元", "1.00", "printed", Place(2, 2))
    report = Report(
        "报告", "报告.xlsx", "", "某局", 2024, "budget", "unit", "",
        tables=(Table("收支总表", "", "万元", (cell,), ("金额",), Place(1, 1)),),
        statements=(Statement("收入", "预算数", 2024, cell.value, "万元", Place(2)),),
        structure=Structure(departments=(("办公室", 2),)),
        leftovers=(Leftover(2, "合计 1.00", ""),),
        notes=("收支总表：第 2 行“合计”的科目级次无法确定。",),
    )  # fmt: skip
    told = located(report, paged())
    there = Place(8, 2, "", "收支总表", 0.75)
    assert told.tables[0].cells[0].place == there
    assert told.tables[0].cells[0].confidence == 0.75
    assert told.tables[0].place == Place(1, 1, "", "封面")
    assert told.statements[0].place == there
    assert told.structure.places == ((2, there),)
    assert told.leftovers[0] == Leftover(8, "合计 1.00", "", 2, "", "收支总表")
    assert told.notes == ("收支总表：工作表“收支总表”第8行“合计”的科目级次无法确定。",)
    assert str(Place(8, 12)) == "第12页第8行"


def test_a_text_keeps_its_lines() -> None:
    document = Document("a.txt", "", "utf-8", ())
    assert located(whole().report, document) is whole().report
