"""The logic of questions: the same limit, span, tag or absence in many wordings, and what no wording may turn round."""

from __future__ import annotations

import tomllib
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbkg.amounts import canonical
from mbkg.ask import answer_question, read_plan
from mbkg.ask.figures import plain_amounts, read_amount
from mbkg.ask.rephrase import rephrased as rephrase
from mbkg.ask.yesno import stated
from mbkg.graph.store import GraphStore

CASES = tomllib.loads((Path(__file__).parent / "logic.toml").read_text(encoding="utf-8"))


def rephrased(text: str) -> str:
    """The question as it is read: full width made half first."""
    return rephrase(unicodedata.normalize("NFKC", text))


def named(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["question"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", named("yesno"))
def test_the_verdict_is_of_what_was_stated(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.yesno is case["verdict"], answer.text
    assert answer.evidence
    assert str(read_plan(answer.plan)) == answer.plan


@pytest.mark.parametrize("case", named("names"))
def test_conditions_pick_what_keeps_them(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert set(answer.entities) == set(case["names"])


@pytest.mark.parametrize("case", named("figure"))
def test_the_last_question_gives_the_figure(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.values[0].value == Decimal(case["value"])


@pytest.mark.parametrize("question", CASES["refused"]["questions"])
def test_logic_that_nothing_settles_is_refused(question: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status != "answered", answer.text
    assert answer.yesno is None
    assert not answer.values


# ── numbers ────────────────────────────────────────────────────────────────────────────────────────────────

_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def spelled(number: int) -> str:
    """A number below 10 000 in Chinese letters."""
    said, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + name
        gap = not digit
    return said


@given(wan=st.integers(1, 9999), yuan=st.integers(1000, 9999))
def test_several_numbers_are_one_amount_however_they_are_written(wan: int, yuan: int) -> None:
    meant = Decimal(wan) + Decimal(yuan) / 10000
    written = [
        f"{canonical(meant)}万元",
        f"{wan}万{yuan}元",
        f"{spelled(wan)}万{spelled(yuan)}元",
        f"人民币{wan}万{yuan}元",
        f"{spelled(wan).translate(_FORMAL)}万{spelled(yuan).translate(_FORMAL)}元",
        f"{wan * 10000 + yuan}元",
    ]
    read = {read_amount(plain_amounts(said)) for said in written}
    assert read == {(meant * 10000, "元")}


@given(yi=st.integers(1, 99), wan=st.integers(1000, 9999))
def test_hundreds_of_millions(yi: int, wan: int) -> None:
    written = [f"{yi}亿{wan}万", f"{yi}亿{wan}万元", f"{spelled(yi)}亿{spelled(wan)}万元", f"{yi}个亿{wan}万元"]
    assert {read_amount(plain_amounts(said)) for said in written} == {(Decimal(yi * 10000 + wan) * 10000, "元")}


@given(whole=st.integers(1, 99), tenth=st.integers(1, 9))
def test_the_last_digit_counts_tenths(whole: int, tenth: int) -> None:
    said = [
        f"{spelled(whole)}万{_DIGITS[tenth]}",
        f"{whole}万{tenth}",
        f"{whole}.{tenth}万",
        f"{whole}.{tenth}w",
        f"{whole}万{tenth}千",
    ]
    assert {read_amount(plain_amounts(each)) for each in said} == {(Decimal(whole * 10 + tenth) * 1000, "元")}


@given(percent=st.integers(1, 99))
def test_percentages(percent: int) -> None:
    said = [f"{percent}%", f"百分之{percent}", f"百分之{spelled(percent)}"]
    if percent > 9 and percent % 10 in (0, 5):
        said.append(f"{_DIGITS[percent // 10]}成{'五' if percent % 10 else ''}")
    assert {read_amount(plain_amounts(each)) for each in said} == {(Decimal(percent), "%")}


# ── limits ─────────────────────────────────────────────────────────────────────────────────────────────────

_LIMITS = {
    "超过": [
        "超过{}",
        "高于{}",
        "大于{}",
        "突破{}",
        "不止{}",
        "比{}还多",
        "比{}要高",
        "过了{}",
        "逾{}",
        ">{}",
        "{}以上（不含{}）",
        "高于{}（等于{}的除外）",
        "{}开外",
        "大于{}，正好{}的不要",
    ],
    "不低于": [
        "不低于{}",
        "不少于{}",
        "至少{}",
        "{}以上",
        "{}及以上",
        "{}（含）以上",
        "达{}及以上",
        "达到{}",
        "≥{}",
        "{}起",
        "{}起步",
        "{}往上",
        "不下{}",
        "超过{}（含{}）",
        "大于或等于{}",
        "不比{}少",
    ],
    "低于": [
        "低于{}",
        "少于{}",
        "不足{}",
        "不到{}",
        "未达{}",
        "没到{}",
        "不满{}",
        "比{}少",
        "<{}",
        "{}以下（不含{}）",
        "{}不到",
        "还没到{}",
    ],
    "不超过": [
        "不超过{}",
        "不高于{}",
        "至多{}",
        "{}以下",
        "{}以内",
        "{}及以下",
        "控制在{}以内",
        "≤{}",
        "没超过{}",
        "未超{}",
        "顶多{}",
        "{}封顶",
        "不比{}多",
    ],
}


@given(number=st.integers(2, 9999), chinese=st.booleans(), sign=st.sampled_from(sorted(_LIMITS)), data=st.data())
def test_a_limit_is_the_same_limit_in_every_wording(number: int, chinese: bool, sign: str, data: st.DataObject) -> None:
    amount = f"{spelled(number) if chinese else number}万元"
    wording = data.draw(st.sampled_from(_LIMITS[sign]))
    said = f"招远{wording.replace('{}', amount)}的项目有哪些"
    assert rephrased(said) == f"招远{sign}{number}万元的项目有哪些"
    assert rephrased(rephrased(said)) == rephrased(said)


@given(low=st.integers(2, 999), more=st.integers(1, 999), chinese=st.booleans())
def test_a_span_is_the_same_span_in_every_wording(low: int, more: int, chinese: bool) -> None:
    one, other = ((spelled(n) if chinese else str(n)) for n in (low, low + more))
    for said in (
        f"{one}万到{other}万",
        f"{one}到{other}万",
        f"介于{one}万元至{other}万元区间",
        f"在{one}万和{other}万之间",
        f"{one}万~{other}万（含两端）",
    ):
        plain = rephrased(f"招远{said}的项目").replace("万元", "万")
        assert plain == f"招远在{low}万到{low + more}万之间的项目", said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("特殊群体一站式医疗救助2024年950万", "2024年950万"),
        ("100万左右的项目", "100万左右"),
        ("单位价值100万元以上设备", "100万元以上"),
        ("从100万涨到600万", "从100万涨到600万"),
        ("执行率不及一般水平", "不及一般水平"),
        ("2023年以上年数为准", "2023年以上年数"),
        ("名称里的16万一样吗", "16万一样"),
    ],
)
def test_what_is_no_limit_is_left_alone(said: str, kept: str) -> None:
    assert kept in rephrased(said)


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────

_TAGS = [
    "吗",
    "，对吗",
    "，对不对",
    "，是吗",
    "，是这样吧",
    "，是否属实",
    "，属实吗",
    "，此判断是否成立？",
    "，这话对吗",
    "，该说法是否正确？",
    "，没错吧",
    "，是真的吗",
    "，上述说法是否准确",
    "，对否",
]
_STATEMENTS = [
    "招远三公经费超过5万",
    "招远机关运行经费比烟台低",
    "招远三公经费下降",
    "三公经费最高的是招远",
    "招远出国费没有安排",
]


@given(
    statement=st.sampled_from(_STATEMENTS),
    tag=st.sampled_from(_TAGS),
    lead=st.sampled_from(["", "听说", "请核实：", "据说"]),
)
def test_a_tag_asks_and_states_nothing(statement: str, tag: str, lead: str) -> None:
    held = stated(rephrased(lead + statement + tag))
    assert held is not None
    assert held.sure
    assert held.text == statement


@pytest.mark.parametrize(
    "question", ["招远三公经费是多少", "哪家单位三公经费超过5万", "招远三公经费为什么下降", "招远比烟台高还是低"]
)
def test_a_question_for_something_else_is_no_statement(question: str) -> None:
    assert stated(question) is None
