"""Invented sheets of many layouts through the rules: what is sound gives no finding, every planted slip its own."""

# ruff: noqa: E501 (a planted slip is read in one line)

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "sheets"))

from grid_pages import GRIDS, document_of
from performance_reports import findings_of, violated

from mbkg.documents import parse_text
from mbkg.reports import Place, Statement

CASES = sorted(GRIDS.glob("*.html"))


def page(name: str, *changes: tuple[str, str]) -> str:
    """An invented page with slips planted in it."""
    text = (GRIDS / f"{name}.html").read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_sound_sheets_are_sound(case: Path) -> None:
    """Seventeen layouts of other provinces, none of them with a slip: no violation and no warning."""
    assert [
        (f.rule, f.message) for f in findings_of(document_of(case.read_text("utf-8"))) if f.outcome == "violated"
    ] == []


SLIPS = [
    # layout, what is printed, what is planted, the rules that must fire and no other
    ("evaluation-ten-points", [("<td>96.00%</td>", "<td>69.00%</td>")], {"execution-rate", "execution-score"}),
    ("evaluation-ten-points", [("<td>50.21</td>", "<td>52.01</td>")], {"sheet-funds", "execution-rate"}),
    ("evaluation-ten-points", [("<td>7.30</td><td>7.30</td>", "<td>3.70</td><td>7.30</td>")], {"sheet-funds", "execution-rate"}),
    ("evaluation-ten-points", [("<td>95.4</td>", "<td>94.5</td>")], {"sheet-scores"}),
    ("evaluation-ten-points", [("<td>15</td><td>15</td><td></td></tr>\n<tr><td>整治", "<td>20</td><td>15</td><td></td></tr>\n<tr><td>整治")],
     {"sheet-weights", "group-weights", "weight-total"}),
    ("evaluation-ten-points", [("（30分）", "（40分）")], {"group-weights"}),
    ("evaluation-ten-points", [("<td>15</td><td>13.8</td>", "<td>15</td><td>18.3</td>")],
     {"score-over-weight", "sheet-scores", "target-missed"}),
    ("evaluation-level3-span", [('<td colspan="2">95</td><td>10</td>', '<td colspan="2">59</td><td>10</td>')], {"execution-rate", "execution-score"}),
    ("evaluation-level3-span", [("<td>96.5</td>", "<td>69.5</td>")], {"sheet-scores"}),
    ("evaluation-transfer", [("<td colspan=\"2\">337</td>", "<td colspan=\"2\">373</td>")], {"sheet-funds", "execution-rate"}),
    ("evaluation-transfer", [("73.26%", "73.62%")], {"execution-rate"}),
    ("second-overall-evaluation", [("<td>70</td><td>70</td>", "<td>70</td><td>77</td>")], {"score-over-weight", "sheet-scores"}),
    ("target-merged", [("<td colspan=\"2\">86.00</td></tr>\n<tr><td>其中", "<td colspan=\"2\">68.00</td></tr>\n<tr><td>其中")], {"sheet-funds"}),
    ("wide-merged", [("<td>228.40</td>", "<td>282.40</td>")], {"sum-projects"}),
    ("wide-merged", [("<td rowspan=\"2\">60</td>", "<td rowspan=\"2\">90</td>")], {"sum-projects"}),
    ("summary-merged", [("<td>79</td><td>中</td>", "<td>79</td><td>优</td>")], {"grade-band"}),
    ("summary-merged", [("<td>88</td><td>良</td>", "<td>98</td><td>良</td>")], {"grade-band"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "rules"), SLIPS, ids=[f"{s[0]}-{n}" for n, s in enumerate(SLIPS)])
def test_planted_slips_are_found(name: str, changes: list[tuple[str, str]], rules: set[str]) -> None:
    """A slip breaks the relations that its figure takes part in, and nothing else."""
    assert {found.rule for found in violated(document_of(page(name, *changes)))} == rules


EVALUATION = """项目支出绩效自评表

（2024年度）

单位：万元

项目名称\t{name}\t\t\t\t\t
主管部门\t云浦市水利局\t项目实施单位\t云浦市河湖站\t\t\t
项目预算执行情况\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t{initial}\t{full}\t{done}\t10\t{rate}\t{points}
\t其中：财政拨款\t{initial}\t{full}\t{done}\t-\t{rate}\t-
年度总体目标\t全年巡河，水质达标。\t\t\t\t\t
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t完成率\t分值\t得分
产出指标\t数量指标\t巡河次数\t≥2400次\t2516次\t100%\t40\t40
产出指标\t质量指标\t问题整改率\t≥95%\t{reached}\t100%\t20\t{score}
效益指标\t生态效益指标\t断面水质\t改善\t改善\t100%\t20\t20
满意度指标\t服务对象满意度指标\t居民满意度\t≥90%\t92%\t100%\t10\t10
总分\t\t\t\t\t\t100\t{total}
"""
SOUND = {
    "name": "巡河经费", "initial": "45.00", "full": "52.30", "done": "50.21", "rate": "96.00%", "points": "9.6",
    "reached": "97%", "score": "20", "total": "99.6",
}  # fmt: skip


def evaluation(**changes: str) -> str:
    return EVALUATION.format(**{**SOUND, **changes})


def rules_of(*sheets: str, statements: tuple[Statement, ...] = ()) -> set[str]:
    document = parse_text("\n".join(sheets).encode(), "sheet.md")
    return {found.rule for found in violated(document, statements=statements)}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, set()),
        ({"points": "10", "total": "100"}, set()),  # a score in whole points
        ({"points": "5", "total": "95"}, {"execution-score"}),
        ({"reached": "91%"}, {"target-missed", "completion-rate"}),
        ({"score": "18", "total": "97.6"}, {"score-withheld"}),
        ({"done": "0", "rate": "0", "points": "0", "total": "90"}, {"low-execution"}),
        ({"name": "巡河经费2024年16万"}, {"name-amount"}),
        ({"name": "巡河经费2024年45万"}, set()),  # the budget of the start of the year
        ({"name": "巡河经费（DRG 2024）"}, set()),
    ],
)
def test_evaluation(changes: dict[str, str], rules: set[str]) -> None:
    """Scores, targets and names of one flattened evaluation."""
    assert rules_of(evaluation(**changes)) == rules


def statement(subject: str, measure: str, value: str, unit: str, text: str) -> Statement:
    return Statement(subject, measure, 2024, Decimal(value), unit, Place(3), text=text)


def test_statements_on_all_projects() -> None:
    """Two projects and their money: the full-year budget, the initial one or what was spent; anything else is a contradiction."""
    sheets = (evaluation(), evaluation(name="水质监测", initial="20.00", full="20.00", done="19.20"))
    text = "对全部2个项目开展绩效自评，涉及预算资金{}万元。"
    for amount, rules in (("72.30", set()), ("65", set()), ("69.41", set()), ("77.30", {"projects-money"})):
        said = (statement("项目", "数量", "2", "个", text), statement("预算资金", "预算数", amount, "万元", text))
        assert rules_of(*sheets, statements=said) == rules, amount
    part = "对2个重点项目开展绩效自评，涉及预算资金9万元。"
    said = (statement("重点项目", "数量", "2", "个", part), statement("预算资金", "预算数", "9", "万元", part))
    assert rules_of(*sheets, statements=said) == set()


def test_statements_on_one_project() -> None:
    """A sentence that names a project repeats its score; of a project named otherwise it says so."""
    score = statement("巡河经费", "自评得分", "96.9", "分", "巡河经费自评得分96.9分。")
    assert rules_of(evaluation(), statements=(score,)) == {"text-sheet"}
    other = statement("河道巡河经费", "自评得分", "99.6", "分", "河道巡河经费自评得分99.6分。")
    assert rules_of(evaluation(), statements=(other,)) == {"project-name"}
