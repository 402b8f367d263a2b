"""Anything may be typed or pasted: an answer or a refusal within a second, never a traceback, never a clause of it in the query."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions

from mbkg.ask import answer_question
from mbkg.ask.answer import Answer
from mbkg.graph.store import GraphStore

RELAXED = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TABLE = "\n".join(
    ["项目\t预算数（万元）\t备注", *(f"2101{n:03}\t行政运行{n}\t{n}85.{n:02}" for n in range(40)), "合计\t1,215.34\t—"]
)
BAD = [
    *("", " ", "\n\t\r", "　", "？", "。。。。", "%", "≥≤><=", "-1", "0", "NaN", "∞", "null", "\\"),
    *("？" * 10_000, "a" * 10_000, "三公经费" * 2_500, "招远2024年" * 1_600, "1" * 10_000, "2024年" * 99),
    *("(" * 499, "第" * 499, "前" * 499, "一百" * 249, "百分之" * 166, "倒数第" * 100, "🏥" * 400, "é̷̢" * 100),
    *("SELECT * WHERE { ?s ?p ?o }", "ASK {}", "DROP ALL", "INSERT DATA { <a:a> <a:b> <a:c> }"),
    *("SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }", '招远" } UNION { ?a ?b ?c } #2024年预算'),
    *("招远'; DROP TABLE facts; --预算", "招远\\u0022 } 三公经费", "VALUES ?body { <https://x> } 招远预算"),
    *(
        "<script>alert(1)</script>海东2025年预算",
        "<b>招远</b>三公经费",
        "&lt;img src=x onerror=alert(1)&gt;",
        "<!-- -->]]>",
    ),
    *("{{7*7}}${7*7}%s%n", "../../etc/passwd", "http://127.0.0.1/?q=招远预算", "=cmd|' /C calc'!A0"),
    *("\x00", "\x00\x01招远\x02三公\x1f经费\x7f", "\x1b[31m招远\x1b[0m三公经费", "招远\u200b三公\ufeff经费\u202e"),
    *("\ud800", "三公\ud83d经费", "😀💰", "招远💰三公经费😀多少👨‍👩‍👧"),
    *("What is the budget of Zhaoyuan in 2024?", "budget", "三公 expenses of 招远 2024", "Ｗｈａｔ", "Сколько"),
    *("招遠市醫療保障局2024年預算是多少", "海東離休人員人均費用", "煙臺2025年三公經費比上年減少多少"),
    *(TABLE[:450], TABLE, "| 项目 | 金额 |\n|---|--:|\n| 三公经费 | 5.76 |", "招远,2024,三公经费\n烟台,2025,三公经费"),
    '{"id": 1, "question": "招远预算"}',
]


def check(answer: Answer, asked: str) -> None:
    """What holds for every answer whatever was asked."""
    data = json.dumps(answer.to_json(), ensure_ascii=True)
    assert json.loads(data)["question"] == asked
    assert answer.text
    if answer.status != "answered":
        assert answer.reason
        assert not answer.values
    for foreign in ("?a ?b ?c", "DROP", "SERVICE", "INSERT", "<script", "7*7", "alert("):
        assert foreign not in answer.sparql


@pytest.mark.parametrize("question", BAD, ids=range(len(BAD)))
def test_bad_input(question: str, graph: GraphStore) -> None:
    answer_question("招远三公经费", graph)  # the words of the graph are read
    begun = time.process_time()  # what this process spends, whatever else the machine does
    answer = answer_question(question, graph)
    assert time.process_time() - begun < 1
    check(answer, question)


@RELAXED
@given(text=st.text(max_size=60))
def test_any_text(text: str, graph: GraphStore) -> None:
    """Any letters of any script, controls and surrogates included."""
    check(answer_question(text, graph), text)


PIECES = [
    *(
        "招远",
        "2024年",
        "三公经费",
        "哪个单位",
        "最高",
        "多少",
        "离休人员",
        "超过",
        "5万",
        "占",
        "比上年",
        "为什么",
        "第二",
        "2101501",
    ),
    *(
        '"',
        "'",
        "\\",
        "}",
        "{",
        "#",
        "<",
        ">",
        "?a ?b ?c",
        "UNION",
        "@zh",
        "^^",
        "%",
        "https://w3id.org/mbkg/data/body/x",
    ),
    *("\n", "\t", "\x00", "，", "；", "😀", "預算", "budget"),
]


@RELAXED
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=14))
def test_questions_with_fragments_in_them(pieces: list[str], graph: GraphStore) -> None:
    """Pieces of questions and of SPARQL in any order; each query stays one that the store can read and that selects."""
    asked = "".join(pieces)
    answer = answer_question(asked, graph)
    check(answer, asked)
    for query in filter(str.strip, answer.sparql.split("\n\n")):
        body = "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#"))
        if body.strip().startswith("SELECT"):
            assert body.count("{") == body.count("}")


@RELAXED
@given(
    noise=st.text(alphabet=st.characters(categories=["Cc", "Cf", "Zs", "Po", "So"]), min_size=1, max_size=8),
    at=st.integers(0, 11),
)
def test_marks_and_controls_do_not_change_a_question(noise: str, at: int, graph: GraphStore) -> None:
    """Spaces, controls, emoji and punctuation say nothing: the same figure comes out, or a refusal, and no other figure."""
    question = "招远2024年三公经费是多少"
    clean, noisy = answer_question(question, graph), answer_question(question[:at] + noise + question[at:], graph)
    assert noisy.status != "answered" or noisy.values == clean.values


def test_traditional_characters(graph: GraphStore) -> None:
    """Traditional characters are answered like simplified ones or refused, never with another figure."""
    for traditional, simplified in (
        ("煙臺2025年三公經費", "烟台2025年三公经费"),
        ("招遠2024年項目支出", "招远2024年项目支出"),
    ):
        answer, plain = answer_question(traditional, graph), answer_question(simplified, graph)
        assert answer.status != "answered" or answer.values == plain.values


def test_the_store_is_not_changed(graph: GraphStore) -> None:
    def size() -> str:
        counted = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        assert isinstance(counted, QuerySolutions)
        return next(counted)["n"].value

    before = size()
    for question in (
        "DROP ALL",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "招远'; DROP TABLE facts; --预算",
        "CLEAR ALL 三公经费",
    ):
        answer_question(question, graph)
    assert size() == before


@pytest.mark.parametrize(
    "arguments",
    [
        *(["ask", ""], ["ask", "a" * 10_000], ["ask", '招远" } UNION { ?a ?b ?c } #'], ["ask", "\udcff\udcfe招远"]),
        *(["ask", TABLE, "--json"], ["ask", "--", "--json"]),
    ],
)
def test_on_the_command_line(arguments: list[str], kg: str) -> None:
    """No traceback: an answer on standard output, or one line on standard error and a code."""
    raw = [argument.encode("utf-8", "surrogateescape") for argument in arguments]
    command = [sys.executable.encode(), b"-m", b"mbkg.cli", *raw[:1], b"--kg", kg.encode(), *raw[1:]]
    done = subprocess.run(command, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr + done.stdout
    assert (done.returncode == 0 and done.stdout) or (done.returncode == 2 and done.stderr.count(b"\n") == 1)
