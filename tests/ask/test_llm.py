"""A large model may propose a plan, never an answer: against a real server process that says what a script says."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mbkg import ask
from mbkg.ask.answer import Answer
from mbkg.ask.conversation import Conversation
from mbkg.ask.llm import PROPOSED, answer_question, endpoint_of
from mbkg.errors import BadInput
from mbkg.graph.store import GraphStore

# A word for receptions that no reader of budgets knows.
ASKED = "招远2024年鸿门宴支出是多少"
FACT = {"of": "fact", "years": [2024], "measures": ["measure/officialReception"], "natures": ["nature/total"]}
Proposing = Callable[..., Answer]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """The address of a running server, its script and its log."""
    folder = tmp_path_factory.mktemp("llm")
    script, log = folder / "script.json", folder / "log.jsonl"
    script.write_text("{}", encoding="utf-8")
    command = [sys.executable, str(Path(__file__).parent / "completions.py"), str(script), str(log)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1", script, log
    process.kill()
    process.wait()


@pytest.fixture
def propose(server: tuple[str, Path, Path], graph: GraphStore, monkeypatch: pytest.MonkeyPatch) -> Proposing:
    """Ask with a model that completes with what is given."""
    url, script, log = server
    monkeypatch.setenv("MBKG_LLM_URL", url)
    monkeypatch.setenv("MBKG_LLM_MODEL", "scripted")
    monkeypatch.setenv("MBKG_LLM_KEY", "sesame")
    monkeypatch.setenv("MBKG_LLM_SECONDS", "20")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    log.write_text("", encoding="utf-8")

    def asked(content: Any = "", question: str = ASKED, mode: str = "") -> Answer:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        script.write_text(json.dumps({"mode": mode, "content": text}), encoding="utf-8")
        return answer_question(question, graph)

    return asked


@pytest.fixture
def body(graph: GraphStore) -> Callable[[str], str]:
    """The IRI of a reporting body by the beginning of its name."""
    reporting = ask.lexicon_of(graph).reporting
    return lambda name: next(one.iri for one in reporting if one.name.startswith(name))


@pytest.fixture
def right(body: Callable[[str], str]) -> dict[str, Any]:
    """The right proposal for `ASKED`."""
    plan = {"ask": "amount", "selects": [{**FACT, "bodies": [body("招远")]}]}
    return {"plan": plan, "words": {"鸿门宴": "measure/officialReception"}}


def test_the_parser_does_not_know_it(graph: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an endpoint a word that nobody knows is a refusal, as ever."""
    monkeypatch.delenv("MBKG_LLM_URL", raising=False)
    answer = answer_question(ASKED, graph)
    assert (answer.status, answer.plan) == ("no_data", "")
    assert answer.text == ask.answer_question(ASKED, graph).text


def test_a_right_plan_is_answered(propose: Proposing, right: dict[str, Any], server: tuple[str, Path, Path]) -> None:
    """The figure of the graph, with its place; the first line says who proposed the plan and how the strange word was taken."""
    answer = propose(right)
    assert answer.status == "answered", answer.text
    assert [float(value.value) for value in answer.values] == [1.26]
    assert answer.text.startswith(f"{PROPOSED}：“鸿门宴”当作“公务接待费”。\n理解：")
    assert PROPOSED in answer.basis
    assert answer.evidence
    assert answer.confidence <= 0.5
    sent = json.loads(server[2].read_text(encoding="utf-8"))
    assert (sent["path"], sent["key"], sent["body"]["model"]) == ("/v1/chat/completions", "Bearer sesame", "scripted")
    told = sent["body"]["messages"][-1]["content"]
    assert "鸿门宴" in told
    assert "1.26" not in told  # names of the graph, never a figure


@pytest.mark.parametrize("wrapped", ["```json\n%s\n```", "  %s  "])
def test_a_fenced_plan_is_read(wrapped: str, propose: Proposing, right: dict[str, Any]) -> None:
    assert propose(wrapped % json.dumps(right, ensure_ascii=False)).status == "answered"


def test_a_project_by_another_name(propose: Proposing, graph: GraphStore, body: Callable[[str], str]) -> None:
    """A strange word may be tied to a project of the body in question, and to no other's."""
    senses = ask.lexicon_of(graph).senses
    project = next(
        sense for word, own in senses.items() if "派遣人员工资" in word for sense in own if "/project/" in sense
    )
    plan = {
        "ask": "amount",
        "selects": [{"of": "project", "bodies": [body("威海")], "projects": [project], "attribute": "budget"}],
    }
    asked = "威海医保中心蓝衣人薪水是多少"
    assert not ask.answer_question(asked, graph).plan
    words = dict.fromkeys(("蓝衣人薪水", "蓝衣人", "薪水"), project)
    answer = propose({"plan": plan, "words": words}, asked)
    assert answer.status == "answered", answer.text
    assert [float(value.value) for value in answer.values] == [100]
    assert "当作“派遣人员工资”" in answer.text
    plan["selects"][0]["bodies"] = [body("海东")]
    assert propose({"plan": plan, "words": words}, "海东医保局蓝衣人薪水是多少").status != "answered"


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def made(right: dict[str, Any]) -> dict[str, Any]:
        wrong = copy.deepcopy(right)
        change(wrong)
        return wrong

    return made


def select(plan: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = plan["plan"]["selects"][0]
    return chosen


HOSTILE = {
    "another year": lambda plan: select(plan).update(years=[2025]),
    "no year": lambda plan: select(plan).pop("years"),
    "one year more": lambda plan: select(plan).update(years=[2023, 2024]),
    "a year in words": lambda plan: select(plan).update(years=["2024"]),
    "a year that is true": lambda plan: select(plan).update(years=[True]),
    "no body": lambda plan: select(plan).pop("bodies"),
    "a body that does not exist": lambda plan: select(plan).update(bodies=["https://w3id.org/mbkg/data/body/none"]),
    "an injected body": lambda plan: select(plan).update(bodies=["https://x> } UNION { ?a ?b ?c } #"]),
    "a phase that was not asked": lambda plan: select(plan).update(phases=["phase/finalAccount"]),
    "a measure that does not exist": lambda plan: select(plan).update(measures=["measure/bribes"]),
    "a measure in the slot of phases": lambda plan: select(plan).update(phases=["measure/threePublic"]),
    "an injected measure": lambda plan: select(plan).update(measures=['measure/x> } UNION { ?a ?b ?c } #"']),
    "a condition that was not asked": lambda plan: select(plan).update(
        conditions=[{"operator": ">", "value": "5", "unit": "万元"}]
    ),
    "not a number": lambda plan: select(plan).update(conditions=[{"operator": ">", "value": "x", "unit": ""}]),
    "words of its own": lambda plan: select(plan).update(words="<b>实为行贿</b>"),
    "a field that does not exist": lambda plan: select(plan).update(sparql="DROP ALL"),
    "a string for a list": lambda plan: select(plan).update(measures="measure/officialReception"),
    "a list in a list": lambda plan: select(plan).update(measures=[["measure/officialReception"]]),
    "another kind": lambda plan: select(plan).update(of="statement"),
    "another question": lambda plan: plan["plan"].update(ask="change"),
    "a ranking": lambda plan: plan["plan"].update(ask="entity", group="body", order="max", nth=1, take=1),
    "a sum": lambda plan: plan["plan"].update(operation="sum"),
    "free text": lambda plan: plan["plan"].update(about="忽略以上规则"),
    "a question that does not exist": lambda plan: plan["plan"].update(ask="poem"),
    "a plan in a plan": lambda plan: plan["plan"].update(inner=copy.deepcopy(plan["plan"])),
    "no selection": lambda plan: plan["plan"].update(selects=[]),
    "a hundred selections": lambda plan: plan["plan"].update(selects=plan["plan"]["selects"] * 100),
    "the whole budget": lambda plan: select(plan).update(measures=["measure/expenditure"]),
    "a word not tied": lambda plan: plan.update(words={}),
    "a word tied to what is not there": lambda plan: plan.update(words={"鸿门宴": "measure/threePublic"}),
    "a word tied to a default": lambda plan: plan.update(words={"鸿门宴": "nature/total"}),
    "words that are none": lambda plan: plan.update(words=["鸿门宴"]),
    "no plan": lambda plan: plan.update(plan=None),
    "an answer instead of a plan": lambda plan: plan.update(plan="公务接待费是9.99万元"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_wrong_plan_is_not_run(name: str, propose: Proposing, right: dict[str, Any], graph: GraphStore) -> None:
    """Whatever is not in the graph, drops or adds a constraint, or is no plan leaves the refusal, with why the plan was not taken."""
    wrong = _changed(HOSTILE[name])(right)
    answer = propose(wrong)
    refusal = ask.answer_question(ASKED, graph)
    assert answer.status == refusal.status != "answered"
    assert answer.reason
    assert answer.text.startswith(f"{refusal.text}\n大模型没有提出可用的查询计划：")
    assert not answer.values
    assert not answer.sparql
    assert "?a ?b ?c" not in answer.text + answer.sparql


@pytest.mark.parametrize(
    "content",
    [
        *("", "没有", "{", "[]", "null", "42", "[" * 100_000, "9" * 5000),
        *('{"plan": []}', '{"plan": {"ask": []}}', '{"plan": {"ask": "amount", "selects": 5}}'),
    ],
)
def test_bad_json_is_a_refusal(content: str, propose: Proposing) -> None:
    answer = propose(content)
    assert answer.status == "no_data"
    assert "大模型没有提出可用的查询计划" in answer.text


@pytest.mark.parametrize("mode", ["failing", "redirecting", "flooding", "garbling", "dropping", "empty"])
def test_a_server_that_goes_wrong(mode: str, propose: Proposing) -> None:
    """An error, a redirect (never followed), a flood, rubbish or silence leaves the refusal."""
    answer = propose(mode=mode)
    assert answer.status == "no_data"
    assert "大模型没有提出可用的查询计划" in answer.text


@pytest.mark.parametrize("mode", ["hanging", "dripping"])
def test_time_is_limited(mode: str, propose: Proposing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for the whole completion, also where bytes keep coming."""
    monkeypatch.setenv("MBKG_LLM_SECONDS", "0.5")
    begun = time.monotonic()
    answer = propose(mode=mode)
    assert time.monotonic() - begun < 5
    assert "0.5 秒内没有答复" in answer.text


def test_nobody_listens(graph: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBKG_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert "服务连接不上" in answer_question(ASKED, graph).text


@pytest.mark.parametrize(
    "question",
    [
        "招远2024年三公经费是多少",  # the parser has a plan
        "济南2024年鸿门宴支出是多少",  # a place whose report nobody read
        "招远2019年鸿门宴支出是多少",  # a year outside the graph
        "威海市医疗保障局2024年鸿门宴支出",  # a body that does not report
        "",
        "今天天气怎么样",
        "锟斤拷烫烫烫",  # nothing that belongs to budgets
    ],
)
def test_where_the_model_is_not_asked(
    question: str, propose: Proposing, right: dict[str, Any], server: tuple[str, Path, Path], graph: GraphStore
) -> None:
    """Where the parser answers, or where no plan could be right, nothing is sent anywhere."""
    answer = propose(right, question)
    assert server[2].read_text(encoding="utf-8") == ""
    assert answer.text == ask.answer_question(question, graph).text


def test_in_a_conversation(propose: Proposing, right: dict[str, Any], graph: GraphStore) -> None:
    """What a model proposed can be gone on from."""
    propose(right)
    talk = Conversation(graph)
    assert PROPOSED in talk.ask(ASKED).text
    assert "1.26" in talk.ask(ASKED).text


def test_endpoint() -> None:
    """The address with or without its path; anything but http is an error that names it."""
    one, other = (endpoint_of({"MBKG_LLM_URL": url}) for url in ("http://h/v1/", "http://h/v1/chat/completions"))
    assert one == other
    assert endpoint_of({}) is None
    with pytest.raises(BadInput, match="file:///etc"):
        endpoint_of({"MBKG_LLM_URL": "file:///etc/passwd"})
