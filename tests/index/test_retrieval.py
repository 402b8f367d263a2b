"""How often a paraphrase finds what it means, and that nothing is found where there is nothing."""

from __future__ import annotations

import pytest
from retrieval import Names, hits, links, nothing, paraphrases

from mbkg.ask import answer_question
from mbkg.graph.store import GraphStore
from mbkg.index import fused, open_index


@pytest.fixture(scope="module")
def names(graph: GraphStore, indexed: str) -> Names:
    index = open_index(indexed)
    assert index is not None
    return Names(graph, index)


def test_enough_phrases() -> None:
    assert len(paraphrases()) >= 120
    assert len(nothing()) >= 100


@pytest.mark.parametrize(
    ("ranking", "first", "five"), [("by_letters", 0.58, 0.80), ("by_meaning", 0.72, 0.88), ("by_both", 0.67, 0.90)]
)
def test_hits(names: Names, ranking: str, first: float, five: float) -> None:
    """The floors stand a little below what `benchmarks/retrieval.py` measures."""
    count, at_1, _, at_5 = map(sum, zip(*hits(names, ranking).values(), strict=True))
    assert at_1 / count >= first
    assert at_5 / count >= five


@pytest.mark.parametrize("half", [0, 1])
def test_a_wrong_link_is_worse_than_none(names: Names, half: int) -> None:
    """On the half that set the bounds and on the other: no link to a phrase that nothing answers, and hardly a wrong one."""
    right, wrong, false = links(names, half)
    assert right >= 22
    assert wrong <= 1
    assert false == 0


@pytest.mark.parametrize(
    ("question", "value", "meant"),
    [
        ("海东宣讲医保政策安排多少钱", 5, "医保政策宣传"),
        ("荣成开发软件花费多少", 7, "软件开发成本"),
        ("烟台车检修得好不好，目标多少", 100, "公车检修质量合格率"),
    ],
)
def test_answers_by_meaning(graph: GraphStore, question: str, value: float, meant: str) -> None:
    """What only the meaning finds is answered, said to be so, and less sure."""
    answer = answer_question(question, graph)
    assert answer.status == "answered", answer.text
    assert float(answer.values[0].value) == value
    assert f"按意思最接近的“{meant}”理解" in answer.text
    assert answer.confidence <= 0.6


@pytest.mark.parametrize(
    "question",
    [
        "威海派遣人员张三的工资是多少",
        "招远离休干部丧葬费预算",
        "烟台狂犬疫苗花了多少",
        "荣成公车司机工资",
        "海东食堂餐补",
        "威海住院报销比例",
    ],
)
def test_refuses_what_only_sounds_near(graph: GraphStore, question: str) -> None:
    assert answer_question(question, graph).status != "answered"


def test_fused_by_rank() -> None:
    """What both rankings have comes before what one has; a name twice in one ranking counts once."""
    assert fused(["a", "b", "c"], ["b", "d", "d"]) == ["b", "a", "d", "c"]
