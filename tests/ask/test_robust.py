"""Whatever is asked, there is an answer or a refusal: no exception, no constraint dropped, no clause injected."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.ask import Plan, answer_question, read_plan
from mbkg.ask.mentions import read_count
from mbkg.ask.plan import Condition, Select
from mbkg.graph.store import GraphStore

WORDS = (Path(__file__).parent / "mentions.txt").read_text(encoding="utf-8").split()
BODIES = {"招远": "招远", "威海医保中心": "威海", "海东市医疗保障局": "海东", "烟台": "烟台", "荣成": "荣成"}
RELAXED = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(parts=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_any_mixture_of_mentions(parts: list[str], graph: GraphStore) -> None:
    """Mentions thrown together give an answer with its rows or a refusal with its reason; the plan reads back from its print."""
    answer = answer_question("".join(parts), graph)
    json.dumps(answer.to_json(), ensure_ascii=False)
    if answer.status != "answered":
        assert answer.text
        assert answer.reason
        assert not answer.values
        return
    assert answer.evidence or answer.rows
    assert str(read_plan(answer.plan)) == answer.plan
    plan = read_plan(answer.plan)
    if plan.ask in ("definition", "structure"):
        return
    years = {year for select in plan.selects for year in select.years}
    assert {int(part[:4]) for part in parts if part in ("2024年", "2025年")} <= years
    named = {BODIES[part] for part in parts if part in BODIES}
    held = {row["单位"] for row in answer.rows if "单位" in row}
    if named:
        assert all(any(name in body for name in named) for body in held) or "山东省" in parts


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "？" * 300,
        "三公经费" * 3000,
        "SELECT * WHERE { ?s ?p ?o }",
        '招远" } UNION { ?a ?b ?c } #预算',
        "<script>alert(1)</script>海东预算",
        "\x00\x01招远\x02预算\u200b",
        "😀💰招远2024年预算多少😀",
        "What is the budget of Zhaoyuan in 2024?",
        "招遠市醫療保障局2024年預算",
        "2101501\t行政运行\t185.85\n2101504\t信息化建设\t73.67",
        "\\\"'`;--",
        "％％％",
        "第第第前前前倒数第",
        "百分之百分之",
    ],
)
def test_bad_input(question: str, graph: GraphStore) -> None:
    """Anything typed in is answered or refused, and nothing of it becomes SPARQL syntax."""
    answer = answer_question(question, graph)
    assert answer.text
    assert answer.elapsed_ms < 2000
    assert "?a ?b ?c" not in answer.sparql


@pytest.mark.parametrize(
    ("printed", "number"),
    [("五百", 500), ("一百二十", 120), ("十二", 12), ("两千", 2000), ("1,215.34", Decimal("1215.34")), ("三公", None)],
)
def test_read_count(printed: str, number: object) -> None:
    assert read_count(printed) == number


def test_plan_prints_and_reads_back() -> None:
    """A plan is one line without its empty slots, and that line is the plan."""
    select = Select(
        "project",
        bodies=("https://w3id.org/mbkg/data/body/x",),
        years=(2024,),
        conditions=(Condition(">=", Decimal("30.50"), "万元"),),
    )
    plan = Plan("list", (select,), group="project")
    line = str(plan)
    assert '"value":"30.5"' in line
    assert read_plan(line) == Plan(
        "list",
        (
            Select(
                "project", bodies=select.bodies, years=(2024,), conditions=(Condition(">=", Decimal("30.5"), "万元"),)
            ),
        ),
        group="project",
    )
    with pytest.raises(ValueError, match="计划"):
        read_plan('{"ask":"poem"}')
