"""Files as they really arrive: cut, shuffled, doubly encoded, half missing. Each is read honestly or refused in one clear Chinese line.

Honest means: every amount of the file stands in a cell, a statement, an indicator or a leftover (`accounting`), and a cell that is
certain in the damaged file says what the intact file says. The five reports in `data/reports` are damaged here in memory.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from accounting import unaccounted

from mbkg.errors import MbkgError
from mbkg.facts import report_facts
from mbkg.graph.build import build
from mbkg.reading import read_report
from mbkg.reports import Report

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "reports"
REPORTS = sorted(path.stem for path in DATA.glob("*.txt"))
SMALL = "zhaoyuan-2024-budget"  # Markdown with tabs: quick to read
FLAT = "haidong-2025-budget"  # flattened from PDF

Seen = tuple[str, str, str, str, str]


@cache
def text_of(stem: str) -> str:
    return (DATA / f"{stem}.txt").read_text(encoding="utf-8")


@cache
def intact(stem: str) -> Report:
    (report,) = read_report(DATA / f"{stem}.txt")
    return report


def seen(report: Report, certain_only: bool = False) -> Counter[Seen]:
    """The cells of a report wherever they stand: table, code, label, column, printed."""
    return Counter(
        (table.title, cell.row_code, cell.row_label, cell.column, cell.printed)
        for table, cell in report.cells
        if not certain_only or cell.how != "ambiguous"
    )


@pytest.fixture
def drop(tmp_path: Path) -> Callable[..., Path]:
    """Write a file to be read."""

    def write(content: str | bytes, name: str = "报告.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def refusal(path: Path) -> str:
    """Why a file is refused; one line of Chinese that names the file."""
    with pytest.raises(MbkgError) as caught:
        read_report(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    assert re.search("[\u4e00-\u9fff]{4,}", message)
    return message


def honest(path: Path) -> tuple[Report, ...]:
    """The reports of a damaged file, with nothing lost; none where it is refused in one clear line."""
    try:
        reports = read_report(path)
    except MbkgError:
        refusal(path)
        return ()
    lost = unaccounted(path)
    assert not lost, "\n".join(lost)
    return reports


def not_in(damaged: Report, whole: Report) -> list[Seen]:
    """Certain cells of the damaged file that the whole one does not have.

    Half a code, printed so, is no claim, nor is a blank title, where the title stood behind the cut.
    """
    extra = (seen(damaged, certain_only=True) - seen(whole)).elements()
    return [cell for cell in extra if len(cell[1]) != 2 and cell[0]]


# ---- whole files


@pytest.mark.parametrize("stem", REPORTS)
def test_every_amount_is_accounted_for(stem: str) -> None:
    """No amount of a shipped report is dropped in silence."""
    assert not unaccounted(DATA / f"{stem}.txt")


@pytest.mark.originals
@pytest.mark.parametrize("stem", REPORTS)
def test_every_amount_of_an_original_is_accounted_for(stem: str) -> None:
    """Nor of an original."""
    path = ROOT.parent / "shared" / "reports" / f"{stem}.txt"
    if not path.exists():
        pytest.skip(f"the original report {path} is absent: nothing was accounted for")
    assert not unaccounted(path)


# ---- no report at all


def zip_bytes() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("报告.txt", text_of(SMALL))
    return buffer.getvalue()


@pytest.mark.parametrize(("content", "says"), [
    (b"", "空"),
    (b" \r\n\t \n", "空"),
    ("\u3000\u3000\n\xa0\n".encode(), "空"),
    (b"\xef\xbb\xbf\n", "空"),
    ("\n\n".encode("utf-16"), "空"),
    (random.Random(1).randbytes(5000), "无法读取"),
    (bytes(b or 1 for b in random.Random(2).randbytes(5000)), "无法读取"),
    (b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(3000), "无法读取"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.Random(4).randbytes(3000), "无法读取"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + random.Random(5).randbytes(3000), "无法读取"),
    (zip_bytes(), "无法读取"),
    ("今天天气很好。\n明天也是。\n".encode(), "没有识别出"),
    ("目录\n一、部门概况\n二、收支总表\n三、收入总表\n".encode(), "没有识别出"),
    ("\n".join(str(n) for n in range(500)).encode(), "没有识别出"),
    (b"a,b,c\n1.00,2.00,3.00\n", "没有识别出"),
])  # fmt: skip
def test_no_report(content: bytes, says: str, drop: Callable[..., Path]) -> None:
    """What is no report is refused, and the line says what it is instead."""
    assert says in refusal(drop(content))


def test_not_a_file(tmp_path: Path) -> None:
    """A path that is missing is an OSError for the caller to word, a directory likewise; `build` words both."""
    for path in (tmp_path / "没有.txt", tmp_path):
        with pytest.raises((OSError, MbkgError)):
            read_report(path)


# ---- parts of a report


@pytest.mark.parametrize("stem", REPORTS)
@pytest.mark.parametrize("seed", range(4))
def test_cut_at_any_line(stem: str, seed: int, drop: Callable[..., Path]) -> None:
    """A report that ends early keeps what it prints, and is sure of nothing that the whole report does not say."""
    lines = text_of(stem).split("\n")
    at = random.Random(f"{stem}{seed}").randrange(len(lines) // 10, len(lines))
    for report in honest(drop("\n".join(lines[:at]))):
        assert not not_in(report, intact(stem))


@pytest.mark.parametrize("stem", REPORTS)
@pytest.mark.parametrize("seed", range(3))
def test_beginning_lost(stem: str, seed: int, drop: Callable[..., Path]) -> None:
    """The same for the second part of a file."""
    lines = text_of(stem).split("\n")
    at = random.Random(f"tail{stem}{seed}").randrange(len(lines) // 10, len(lines) * 2 // 3)
    for report in honest(drop("\n".join(lines[at:]))):
        assert not not_in(report, intact(stem))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("seed", range(3))
def test_cut_at_any_byte(encoding: str, seed: int, drop: Callable[..., Path]) -> None:
    """A download broken off in the middle of a character is read up to there, and says so; the last line alone may be half a number."""
    data = text_of(SMALL).encode(encoding)
    at = random.Random(seed).randrange(len(data) // 3, len(data))
    while (
        len(_decoded(data[:at], encoding)) == len(_decoded(data[: at - 1], encoding)) and seed
    ):  # seeds 1, 2: in the middle
        at += 1
    at -= 1 if seed else 0
    (report,) = honest(drop(data[:at]))
    wrong = not_in(report, intact(SMALL))
    assert len(wrong) <= 3, wrong
    if _decoded(data[:at], encoding).encode(encoding) != data[:at]:
        assert any("截断" in note or "不完整" in note for note in report.notes)


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(encoding, errors="ignore")


def test_page_missing(drop: Callable[..., Path]) -> None:
    """A continuation page lost from the middle of a table takes its own rows along and no others."""
    lines = text_of("weihai-2024-budget").split("\n")
    marks = [number for number, line in enumerate(lines) if line.strip().startswith("— ")]
    assert len(marks) > 1
    for first, last in pairwise(marks):
        damaged = lines[: first + 1] + lines[last + 1 :]
        for report in honest(drop("\n".join(damaged))):
            assert not not_in(report, intact("weihai-2024-budget"))


@pytest.mark.parametrize("stem", [SMALL, FLAT, "rongcheng-2024-final-account"])
@pytest.mark.parametrize("seed", range(3))
def test_lines_shuffled_within_a_table(stem: str, seed: int, drop: Callable[..., Path]) -> None:
    """Rows in another order keep their numbers in their columns; a code that only its place told is another matter."""
    lines = text_of(stem).split("\n")
    chance = random.Random(f"{stem}{seed}")
    rows = [table for table in intact(stem).tables if len(table.cells) > 20 and table.family not in ("", "performance")]
    table = chance.choice(rows)
    numbers = sorted({(cell.place.line or 0) - 1 for cell in table.cells})
    order = numbers[:]
    chance.shuffle(order)
    damaged = lines[:]
    for to, origin in zip(numbers, order, strict=True):
        damaged[to] = lines[origin]
    (report,) = honest(drop("\n".join(damaged)))
    told = Counter((t.title, c.printed, c.column) for t, c in intact(stem).cells)
    sure = Counter((t.title, c.printed, c.column) for t, c in report.cells if c.how != "ambiguous")
    assert not sure - told, list((sure - told).elements())


# ---- two reports in one file


def test_two_units_in_one_file(drop: Callable[..., Path]) -> None:
    """Two bureaus' reports, one behind the other, stay two reports with their own cells."""
    first, second = "rongcheng-2024-final-account", SMALL
    reports = honest(drop(text_of(first) + "\n" + text_of(second)))
    assert [(r.unit, r.year, r.kind) for r in reports] == [
        (intact(s).unit, intact(s).year, intact(s).kind) for s in (first, second)
    ]
    for report, stem in zip(reports, (first, second), strict=True):
        assert seen(report) == seen(intact(stem))


def test_two_years_in_one_file(drop: Callable[..., Path]) -> None:
    """Two years of one bureau stay apart, though all their words are the same."""
    older = text_of(SMALL)
    newer = re.sub(r"20(2\d)(?=年)", lambda m: f"20{int(m[1]) + 1}", older)
    reports = honest(drop(older + "\n" + newer))
    assert [(r.unit, r.year) for r in reports] == [("招远市医疗保障局", 2024), ("招远市医疗保障局", 2025)]
    for report in reports:
        assert sum(seen(report).values()) == sum(seen(intact(SMALL)).values())


# ---- encodings and line ends


def same_reading(report: Report, stem: str) -> None:
    assert report.cells == intact(stem).cells
    assert report.projects == intact(stem).projects
    assert report.statements == intact(stem).statements
    assert report.leftovers == intact(stem).leftovers


@pytest.mark.parametrize("stem", [SMALL, FLAT])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-16-be-bom", "crlf", "cr"])
def test_same_text_in_other_bytes(stem: str, encoding: str, drop: Callable[..., Path]) -> None:
    """The encoding and the line ends change nothing that is read."""
    text = text_of(stem)
    data = {
        "utf-16-be-bom": b"\xfe\xff" + text.encode("utf-16-be"),
        "crlf": text.replace("\n", "\r\n").encode(),
        "cr": text.replace("\n", "\r").encode(),
    }.get(encoding)
    (report,) = honest(drop(data if data is not None else text.encode(encoding), f"{stem}.txt"))
    same_reading(report, stem)


def test_form_feeds_are_pages(drop: Callable[..., Path]) -> None:
    """A form feed begins a page: cells know theirs, lines keep their numbers, and nothing else changes."""
    text = re.sub(r"(?m)^(?=\s*公开表\d)", "\x0c", text_of("yantai-2025-budget"))
    (report,) = honest(drop(text))
    assert seen(report) == seen(intact("yantai-2025-budget"))
    assert [c.place.line for _, c in report.cells] == [c.place.line for _, c in intact("yantai-2025-budget").cells]
    assert len({c.place.page for _, c in report.cells}) > 8


def test_form_feed_behind_a_line(drop: Callable[..., Path]) -> None:
    """Some writers put the form feed at the end of a page's last line; the next page still starts on a line of its own number."""
    text = text_of("yantai-2025-budget")
    (report,) = honest(drop(re.sub(r"\n(?=\s*公开表\d)", "\x0c", text)))
    assert seen(report) == seen(intact("yantai-2025-budget"))


# ---- how numbers are printed

FULL = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")


@pytest.mark.parametrize("stem", [SMALL, FLAT])
def test_full_width_amounts(stem: str, drop: Callable[..., Path]) -> None:
    """Full-width figures are the same figures, printed so."""
    text = re.sub(
        r"(?<![\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d\d)(?![\d.%万亿])",
        lambda m: m[1].translate(FULL),
        text_of(stem),
    )
    (report,) = honest(drop(text))
    ours = Counter((t.title, c.row_code, c.row_label, c.column, c.value) for t, c in report.cells)
    theirs = Counter((t.title, c.row_code, c.row_label, c.column, c.value) for t, c in intact(stem).cells)
    assert ours == theirs
    assert any("．" in c.printed for _, c in report.cells)


SMALL_TABLE = """关于虚构市医疗保障局2024年部门预算的说明

支出总体情况表
部门（单位）：虚构市医疗保障局\t\t\t单位：万元
科目编码\t科目名称\t合计\t基本支出\t项目支出
\t合计\t{total}
2101501\t行政运行\t{one}
2101505\t医疗保障政策管理\t{two}
2101506\t医疗保障经办事务\t{three}
"""


def small(drop: Callable[..., Path], **rows: str) -> dict[tuple[str, str], tuple[str, Decimal]]:
    (report,) = honest(drop(SMALL_TABLE.format(**rows)))
    return {(c.row_code, c.column): (c.printed, c.value) for _, c in report.cells}


@pytest.mark.parametrize("dash", ["－", "—", "-", "——", "–", ""])
def test_dash_blank_and_zero_are_told_apart(dash: str, drop: Callable[..., Path]) -> None:
    """A dash or a blank has no cell; a printed 0.00 or 0 has one."""
    cells = small(
        drop,
        total="30.00\t20.00\t10.00",
        one=f"20.00\t20.00\t{dash}",
        two="10.00\t0.00\t10.00",
        three=f"0\t{dash}\t0.00",
    )
    assert cells["2101501", "基本支出"] == ("20.00", Decimal("20.00"))
    assert ("2101501", "项目支出") not in cells
    assert cells["2101505", "基本支出"][0] == "0.00"
    assert cells["2101506", "合计"][0] == "0"
    assert ("2101506", "基本支出") not in cells
    assert cells["2101506", "项目支出"][0] == "0.00"


@pytest.mark.parametrize(("printed", "value"), [
    ("-12.50", "-12.50"), ("－12.50", "-12.50"), ("−12.50", "-12.50"),
    ("(12.50)", "-12.50"), ("（12.50）", "-12.50"), ("（１２．５０）", "-12.50"),
    ("+12.50", "12.50"), ("-1,012.50", "-1012.50"),
])  # fmt: skip
def test_negative_amounts(printed: str, value: str, drop: Callable[..., Path]) -> None:
    """A minus, of whatever width, and an accountant's brackets make an amount negative."""
    one = f"{printed}\t\t{printed}"
    cells = small(drop, total="100.00\t\t100.00", one=one, two="112.50\t\t112.50", three="0.00\t\t0.00")
    assert cells["2101501", "项目支出"] == (printed, Decimal(value))


def test_negative_amounts_in_flattened_text(drop: Callable[..., Path]) -> None:
    """The same where the columns are inferred."""
    text = SMALL_TABLE.format(
        total="100.00 30.00 70.00", one="-12.50 -12.50", two="112.50 42.50 70.00", three="(0.00) 0.00"
    )
    (report,) = honest(drop(text.replace("\t", " ")))
    cells = {(c.row_code, c.column): c.value for _, c in report.cells if c.how != "ambiguous"}
    assert cells["2101501", "基本支出"] == Decimal("-12.50")


# ---- money units


def to_yuan(text: str, lines: range | None = None) -> str:
    """万元 to 元 throughout, or on some lines: every amount of a table and every figure before the word, exactly."""

    def convert(line: str) -> str:
        amount = r"(?<![\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\d%]|,\d|\s*[%分亿]|万(?!元))"
        if re.search(r"亿元|元/|％|名$|平方米", line):
            return line
        line = re.sub(r"(?<![\d.,])(\d+)(?=\s*万元)", r"\1.0", line)
        return re.sub(amount, lambda m: f"{Decimal(m[1].replace(',', '')) * 10000:,.2f}", line).replace("万元", "元")

    return "\n".join(
        convert(line) if lines is None or number in lines else line for number, line in enumerate(text.split("\n"), 1)
    )


def money(report: Report) -> dict[object, Decimal]:
    return {fact.coordinates: fact.value for fact in report_facts(report)}


@pytest.mark.parametrize("stem", [SMALL, "weihai-2024-budget"])
def test_whole_report_in_yuan(stem: str, drop: Callable[..., Path]) -> None:
    """A report printed in 元 states the same money, to the last digit."""
    (report,) = honest(drop(to_yuan(text_of(stem))))
    assert {table.unit for table in report.tables} <= {"元", ""}
    ours, theirs = money(report), money(intact(stem))
    assert {k: (v, theirs.get(k)) for k, v in ours.items() if theirs.get(k) != v} == {}
    assert set(theirs) <= set(ours)


@pytest.mark.parametrize(
    "title", ["支出总体情况表", "收入总体情况表", "一般公共预算基本支出情况表", "项目支出预算情况表"]
)
def test_one_table_in_yuan(title: str, drop: Callable[..., Path]) -> None:
    """One table in 元 among others in 万元 states the same money and contradicts nothing."""
    whole = intact(SMALL)
    tables = [table for table in whole.tables if table.title == title]
    if not tables:
        pytest.skip(f"{SMALL} has no table {title}")
    first = tables[0].place.line or 0
    last = (
        min(table.place.line for table in whole.tables if (table.place.line or 0) > first) - 1
    )  # with its continuation pages
    (report,) = honest(drop(to_yuan(text_of(SMALL), range(first, last + 1))))
    assert {table.unit for table in report.tables if table.title == title} == {"元"}
    assert money(report) == money(whole)
    assert [f.coordinates for f in report_facts(report) if f.contradicted_by] == [
        f.coordinates for f in report_facts(whole) if f.contradicted_by
    ]


@pytest.mark.parametrize("stem", [SMALL, FLAT])
def test_table_without_a_unit(stem: str, drop: Callable[..., Path]) -> None:
    """A table that does not say its unit keeps its numbers as cells, states no money, and is named."""
    lines = text_of(stem).split("\n")
    table = next(table for table in intact(stem).tables if table.family == "expenditure")
    at = table.place.line or 0
    near = [*range(at, at + 12), *range(at - 4, at)]  # the unit stands below the title, else above it
    place = next(n for n in near if re.search(r"单位[：:]\s*万元", lines[n]))
    lines[place] = re.sub(r"(?:金额)?单位[：:]\s*万元", "", lines[place])
    (report,) = honest(drop("\n".join(lines)))
    found = [t for t in report.tables if t.title == table.title and t.cells]
    assert found
    assert {t.unit for t in found} == {""}
    assert sum(len(t.cells) for t in found) == len(table.cells)
    assert any(table.title in note and "单位" in note for note in report.notes)
    own = {i for i, (t, _) in enumerate(report.cells) if t.title == table.title}
    used = {
        e.index
        for fact in report_facts(report)
        for e in (*fact.derived_from, *fact.contradicted_by)
        if e.kind == "cell"
    }
    assert not own & used


# ---- many files


def test_same_report_twice_and_a_newer_version(tmp_path: Path) -> None:
    """The same content under two names is one report with two sources; a changed one supersedes the older, and both are said."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of(SMALL), encoding="utf-8")
    (folder / "b.txt").write_text(text_of(SMALL), encoding="utf-8")
    twice = build([folder], str(tmp_path / "kg"))
    assert len(twice.chosen) == 1
    assert twice.chosen[0][0].other_files
    (folder / "c.txt").write_text(text_of(SMALL).replace("4,643.47", "4,643.48"), encoding="utf-8")
    newer = build([folder], str(tmp_path / "kg"))
    assert len(newer.chosen) == 1
    assert newer.chosen[0][0].file == "c.txt"
    assert newer.chosen[0][0].superseded


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    """A folder of bad files and two good ones gives the two, and a line for each of the others."""
    folder = tmp_path / "in"
    folder.mkdir()
    bad = {
        "空.txt": b"",
        "乱.txt": random.Random(7).randbytes(4000),
        "图.md": b"\x89PNG\r\n\x1a\n\x00",
        "闲.txt": "闲话。".encode(),
        "表.pdf": b"%PDF-1.4",
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    for stem in (SMALL, "rongcheng-2024-final-account"):
        (folder / f"{stem}.txt").write_text(text_of(stem), encoding="utf-8")
    result = build([folder], str(tmp_path / "kg"))
    assert {choice.file for choice, _ in result.chosen} == {f"{SMALL}.txt", "rongcheng-2024-final-account.txt"}
    problems = {outcome.name: outcome.problem for outcome in result.files if outcome.problem}
    assert set(problems) == set(bad)
    for problem in problems.values():
        assert "\n" not in problem
        assert "Error" not in problem
        assert "内部错误" not in problem
