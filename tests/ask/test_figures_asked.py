"""Every figure that a question names is the figure of the answer, or the question is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.ask import answer_question
from mbkg.graph.build import build
from mbkg.graph.store import GraphStore, open_graph

HERE = Path(__file__).parent
FOREIGN = HERE.parent / "reading" / "foreign"
CASES = tomllib.loads((HERE / "figures-asked.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    where = tmp_path_factory.mktemp("figures")
    reports = [FOREIGN / name / f"{name}.txt" for name in ("yunze-2025-budget", "rongjiang-2023-final-account")]
    build(reports, kg=str(where / "kg"))
    store = open_graph(str(where / "kg"))
    yield store
    store.close()


def _rows(kind: str) -> list[list[str]]:
    return [row if isinstance(row, list) else [row] for case in CASES for row in case.get(kind, [])]


@pytest.mark.parametrize("row", _rows("values"), ids=lambda row: row[0])
def test_figures(row: list[str], invented: GraphStore) -> None:
    """The values in the order asked; a word that may mean either total is told both."""
    answer = answer_question(row[0], invented)
    assert [value.value for value in answer.values] == [Decimal(value) for value in row[1:]], answer.text
    assert answer.evidence


@pytest.mark.parametrize("row", _rows("entities"), ids=lambda row: row[0])
def test_codes(row: list[str], invented: GraphStore) -> None:
    """The codes of the level asked; one printed as 0 is not the least."""
    answer = answer_question(row[0], invented)
    assert set(answer.entities) == set(row[1:]), answer.text


@pytest.mark.parametrize("row", _rows("refused"), ids=lambda row: row[0])
def test_refused(row: list[str], invented: GraphStore) -> None:
    """A figure that the reports do not print, or a word that no figure carries, is a refusal."""
    answer = answer_question(row[0], invented)
    assert answer.status != "answered", answer.text
    assert not answer.values


WHOLE = {"收入": {"1750", "1630"}, "支出": {"1750"}}
KINDS = ["事业", "经营", "附属单位上缴", "上级补助", "政府性基金预算", "国有资本经营预算", "财政专户管理资金", "其他"]
NARROWED = st.sampled_from([*KINDS, "行政单位", "事业单位", "人员经费", "项目支出", "差旅费"])


@settings(max_examples=60, deadline=None)
@given(
    part=NARROWED, whole=st.sampled_from(sorted(WHOLE)), asked=st.sampled_from(["多少", "预算是多少", "2025年是多少"])
)
def test_a_part_is_never_the_whole(part: str, whole: str, asked: str, invented: GraphStore) -> None:
    """A word that narrows 收入 or 支出 never leaves the answer what it is without it."""
    answer = answer_question(f"云泽{part}{whole}{asked}", invented)
    assert not {f"{value.value.normalize():f}" for value in answer.values} & WHOLE[whole], answer.text


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("荣成特殊群体医疗费（二）实际执行数除以实际享受待遇人数，人均多少元", "466.2983", "元"),
        ("荣成职工免费健康查体（二）按实际人数和实际人均费用算应花多少万元", "603.48", "万元"),
        ("招远工会经费事业那部分比机关多几万", "6.35", "万元"),
        ("威海奖金、绩效工资两项在工资福利支出里占百分之几", "43.0831", "%"),
        ("根据增减变化推算，荣成医保局2023年项目支出决算是多少", "188.95", "万元"),
        ("海东2025年比上年降幅最大的项级科目是哪个", "96.9", "%"),
    ],
)
def test_arithmetic_spelled_out(question: str, value: str, unit: str, graph: GraphStore) -> None:
    """What a question reckons is reckoned from printed figures, each of them among the evidence."""
    answer = answer_question(question, graph)
    assert [(round(Decimal(v.value), 4), v.unit) for v in answer.values] == [(Decimal(value), unit)], answer.text
    assert len(answer.evidence) > 1


@pytest.mark.parametrize("question", ["招远职工长护险财政补贴按人数乘补贴标准算要花多少", "哪个项目比上年增加最多"])
def test_arithmetic_refused(question: str, graph: GraphStore) -> None:
    """Several figures for one side, or none, are a refusal."""
    assert answer_question(question, graph).status != "answered"
