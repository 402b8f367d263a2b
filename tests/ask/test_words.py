"""Questions typed as people type them: wrong letters, traditional characters, mixed digits, everyday words."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from mbkg.ask import answer_question, lexicon_of
from mbkg.ask.characters import simplify
from mbkg.ask.mentions import read_count, read_question
from mbkg.graph.store import GraphStore


@pytest.mark.parametrize(
    ("typed", "plain", "said"),
    [
        ("荣城2024年三公经费", "荣成2024年三公经费", "“荣城”按“荣成”理解"),
        ("招元医保局24年3公经废预算多少", "招远医保局2024年三公经费预算多少", "“3公经废”按“3公经费”理解"),
        ("烟台医保局机关运经费", "烟台医保局机关运行经费", "“机关运经费”按“机关运行经费”理解"),
        ("海东机关运行经废", "海东机关运行经费", "“机关运行经废”"),
        ("招远公务接接待费", "招远公务接待费", "“公务接接待费”按“公务接待费”理解"),
        ("烟台市医疗保章局2025年三公经费", "烟台市医疗保障局2025年三公经费", "医疗保障局”理解"),
        ("招远2024年住房公极金", "招远2024年住房公积金", "“住房公极金”"),
        ("威海医保中心2024年基本之出", "威海医保中心2024年基本支出", "“基本之出”按“基本支出”理解"),
    ],
)
def test_typed_wrong(typed: str, plain: str, said: str, graph: GraphStore) -> None:
    """One known word that a typed one can only stand for is taken, with the same answer, and said in the line on understanding."""
    one, other = answer_question(typed, graph), answer_question(plain, graph)
    assert one.status == other.status == "answered", one.text
    assert one.values == other.values
    first = one.text.splitlines()[0]
    assert first.startswith("理解：")
    assert said in first


@pytest.mark.parametrize(
    "question",
    [
        "容城医保局三公经费",  # 容城 is a county of its own
        "威县医保局三公经费",
        "海南医保局2025年预算",
        "企业单位医疗支出招远",  # not 事业单位医疗
        "威海税费是多少",  # not 水费
        "水电费威海",  # not 邮电费
        "海东资讯费",
        "威海2022年办公费",
    ],
)
def test_never_another_thing(question: str, graph: GraphStore) -> None:
    """A real place, another code or another year is not a slip of the keyboard."""
    answer = answer_question(question, graph)
    assert answer.status != "answered", answer.text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("煙台市醫療保障局2025年辦公費預算是多少", "烟台市医疗保障局2025年办公费预算是多少"),
        ("威海醫保中心２４年度辦公費", "威海医保中心2024年办公费"),
        ("海东局二〇二五年三公经费", "海东医保局2025年三公经费"),
        ("招远 二三 年 项目支出 预算 多少", "招远2023年项目支出预算多少"),
        ("2O25年烟台三公经费", "2025年烟台三公经费"),
        ("荣成局24年度三公经费", "荣成市医疗保障局2024年三公经费"),
        ("招远超过一百二十点五万的项目有几个", "招远超过120.5万元的项目有几个"),
        ("招远超过100w的项目有几个", "招远超过100万元的项目有几个"),
        ("威海医保中心暖气费", "威海医保中心取暖费"),
        ("烟台宴请花了多少", "烟台公务接待费"),
    ],
)
def test_other_ways_to_write(typed: str, plain: str, graph: GraphStore) -> None:
    one, other = answer_question(typed, graph), answer_question(plain, graph)
    assert (one.status, one.values) == (other.status, other.values), one.text


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("五百", "500"), ("十二", "12"), ("两", "2"), ("两千五", "2500"), ("两千〇五", "2005"), ("一百二十", "120"),
        ("十二点五", "12.5"), ("一五〇", "150"), ("1,234.50", "1234.50"), ("两三", None), ("七八", None), ("点五", None), ("十二点", None),
    ],
)  # fmt: skip
def test_read_count(printed: str, number: str | None) -> None:
    """`两三` is no one number."""
    assert read_count(printed) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("said", "amount", "unit"),
    [
        ("三万五", "3.5", "万元"), ("1亿2", "12000", "万元"), ("五百万", "500", "万元"), ("3千块", "3000", "元"),
        ("百分之十二点五", "12.5", "%"),
        ("八成", "80", "%"), ("三成五", "35", "%"), ("100w", "100", "万元"), ("十二点五万", "12.5", "万元"),
    ],
)  # fmt: skip
def test_amounts(said: str, amount: str, unit: str, graph: GraphStore) -> None:
    mentions = read_question(f"招远超过{said}的项目", lexicon_of(graph)).of("amount")
    assert [(mention.number, mention.unit) for mention in mentions] == [(Decimal(amount), unit)]


def test_simplify() -> None:
    assert simplify("榮成市醫療保障局機關運行經費預算總額") == "荣成市医疗保障局机关运行经费预算总额"
    assert simplify("荣成市 abc 😀") == "荣成市 abc 😀"
    assert not re.search("[後於麼]", simplify("後來對於什麼"))
