"""Generated plans: said as a question by a template and read back, a plan stays what it was; and its answer keeps year, phase and unit.

The templates cover a figure of a body (with year and phase, in several word orders), a difference, a share, a sum, a change, a verdict
against a limit, the first among bodies, and an outer figure of an inner first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.ask import Answer, Plan, answer_question, read_plan
from mbkg.ask.plan import Select
from mbkg.graph.store import GraphStore

BODIES = {"威海市医疗保险事业中心": (2024, "预算"), "招远市医疗保障局": (2024, "预算"), "海东市医疗保障局": (2025, "预算"),
          "烟台市医疗保障局": (2025, "预算"), "荣成市医疗保障局": (2024, "决算")}  # fmt: skip
THINGS = {
    "三公经费": ("measures", "measure/threePublic"),
    "公务接待费": ("measures", "measure/officialReception"),
    "机关运行经费": ("measures", "measure/agencyOperatingCosts"),
    "基本支出": ("natures", "nature/basic"),
    "项目支出": ("natures", "nature/project"),
    "人员经费": ("natures", "nature/personnel"),
    "行政运行": ("functions", "code/function/2101501"),
    "卫生健康支出": ("functions", "code/function/210"),
    "办公费": ("economics", "code/economic-department/30201"),
    "差旅费": ("economics", "code/economic-department/30211"),
}
PHASES = {"": (), "预算": ("phase/budget",), "决算": ("phase/finalAccount",)}
ASKED = (
    "{year}{body}{thing}{phase}是多少",
    "{body}{year}{thing}{phase}多少",
    "{thing}{phase} {body} {year}",
    "请问{body}{year}的{thing}{phase}有多少？",
)


@dataclass(frozen=True)
class Said:
    """What a template says: whose, when, which phase, of what."""

    body: str
    year: int
    phase: str
    thing: str

    def put(self, template: str) -> str:
        return template.format(
            year=f"{self.year}年" if self.year else "", body=self.body, thing=self.thing, phase=self.phase
        )

    def is_plan_of(self, select: Select, graph_bodies: dict[str, str]) -> bool:
        slot, concept = THINGS[self.thing]
        return (
            concept in getattr(select, slot)
            and select.bodies == ((graph_bodies[self.body],) if self.body else ())
            and select.years == ((self.year,) if self.year else ())
            and select.phases == PHASES[self.phase]
        )


SAID = st.builds(
    Said,
    st.sampled_from(sorted(BODIES)),
    st.sampled_from((0, 2023, 2024, 2025)),
    st.sampled_from(sorted(PHASES)),
    st.sampled_from(sorted(THINGS)),
)
LIGHT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture(scope="module")
def iris(graph: GraphStore) -> dict[str, str]:
    from mbkg.ask import lexicon_of

    return {body.name: body.iri for body in lexicon_of(graph).reporting}


def plan_of(question: str, graph: GraphStore) -> tuple[Answer, Plan | None]:
    answer = answer_question(question, graph)
    plan = read_plan(answer.plan) if answer.plan else None
    assert plan is None or str(plan) == answer.plan
    return answer, plan


def keeps(answer: Answer, said: Said) -> None:
    """No figure of another body, year or phase than the question states."""
    for row in answer.rows:
        if "年度" not in row:
            continue
        assert not said.year or row["年度"] == said.year, answer.text
        assert row["单位"] == said.body, answer.text
        if said.phase and row.get("阶段"):
            assert said.phase in str(row["阶段"]) or {said.phase, row["阶段"]} == {"决算", "执行"}, answer.text
    assert all(value.unit == "万元" for value in answer.values)


@LIGHT
@given(said=SAID, template=st.sampled_from(ASKED))
def test_a_figure(said: Said, template: str, graph: GraphStore, iris: dict[str, str]) -> None:
    """Whatever the word order: the plan holds what was said and nothing else, and the answer keeps to it."""
    answer, plan = plan_of(said.put(template), graph)
    if plan is None:
        assert answer.status != "answered"
        return
    assert plan.ask == "amount"
    assert [said.is_plan_of(select, iris) for select in plan.selects] == [True], answer.plan
    if answer.status == "answered":
        keeps(answer, said)


@LIGHT
@given(said=SAID, other=st.sampled_from(sorted(BODIES)))
def test_a_difference(said: Said, other: str, graph: GraphStore, iris: dict[str, str]) -> None:
    if other == said.body:
        return
    two = Said(other, said.year, said.phase, said.thing)
    year = f"{said.year}年" if said.year else ""
    answer, plan = plan_of(f"{year}{said.body}的{said.thing}{said.phase}比{other}多多少", graph)
    if plan is None:
        assert answer.status != "answered"
        return
    assert plan.operation == "difference"
    assert [one.is_plan_of(select, iris) for one, select in zip((said, two), plan.selects, strict=True)] == [
        True,
        True,
    ], answer.plan
    assert not said.year or all(row["年度"] == said.year for row in answer.rows)


@LIGHT
@given(
    said=SAID,
    limit=st.decimals(min_value=1, max_value=900, places=1),
    word=st.sampled_from(("超过", "低于", "达到", "不超过")),
)
def test_a_verdict(said: Said, limit: Decimal, word: str, graph: GraphStore, iris: dict[str, str]) -> None:
    """The verdict is what the figure and the limit say, and the plan holds both."""
    answer, plan = plan_of(f"{said.put('{body}{year}{thing}{phase}')}{word}{limit}万元吗", graph)
    if plan is None:
        assert answer.status != "answered"
        return
    sign = {"超过": ">", "低于": "<", "达到": ">=", "不超过": "<="}[word]
    assert plan.ask == "verdict"
    assert plan.test is not None
    assert plan.inner is not None
    assert (plan.test.operator, plan.test.value, plan.test.unit) == (sign, limit, "万元")
    assert [said.is_plan_of(select, iris) for select in plan.inner.selects] == [True], answer.plan
    if answer.status == "answered" and answer.values:
        keeps(answer, said)
        value = answer.values[0].value
        assert (
            answer.yesno is {">": value > limit, "<": value < limit, ">=": value >= limit, "<=": value <= limit}[sign]
        )


@LIGHT
@given(
    inner=st.sampled_from(("三公经费", "基本支出", "项目支出", "机关运行经费")),
    outer=st.sampled_from(("公务接待费", "人员经费", "办公费", "基本支出")),
    word=st.sampled_from(("最高", "最低")),
    year=st.sampled_from((0, 2024, 2025)),
)
def test_an_outer_figure_of_an_inner_first(
    inner: str, outer: str, word: str, year: int, graph: GraphStore, iris: dict[str, str]
) -> None:
    """The outer figure is of the very body that the inner question alone names, in the year said."""
    when = f"{year}年" if year else ""
    alone = answer_question(f"{when}{inner}{word}的单位是哪家", graph)
    answer, plan = plan_of(f"{when}{inner}{word}的那家单位，{outer}是多少", graph)
    if plan is None or plan.inner is None:
        assert answer.status != "answered"
        return
    slot, concept = THINGS[inner]
    assert concept in getattr(plan.inner.selects[0], slot)
    assert plan.inner.order == {"最高": "max", "最低": "min"}[word]
    bodies = {body for select in plan.selects for body in select.bodies}
    assert bodies == {iris[name] for name in alone.entities}
    assert not year or all(select.years == (year,) for select in plan.selects)
    assert all(THINGS[outer][1] in getattr(select, THINGS[outer][0]) for select in plan.selects)


@LIGHT
@given(said=SAID, whole=st.sampled_from(("支出总计", "基本支出")))
def test_a_share(said: Said, whole: str, graph: GraphStore, iris: dict[str, str]) -> None:
    if said.phase or whole == said.thing:
        return
    answer, plan = plan_of(f"{said.put('{body}{year}{thing}')}占{whole}的比例是多少", graph)
    if plan is None:
        assert answer.status != "answered"
        return
    assert plan.operation == "share"
    assert said.is_plan_of(plan.selects[0], iris), answer.plan
    assert plan.selects[1].years == plan.selects[0].years
    if answer.status == "answered":
        assert answer.values[0].unit == "%"
        assert 0 <= answer.values[0].value <= 100
        assert re.search("÷", answer.text)
