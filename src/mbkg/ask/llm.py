"""A large model that may propose a plan where the parser finds none. Optional: without `MBKG_LLM_URL` nothing here does anything.

    MBKG_LLM_URL    an OpenAI-compatible endpoint, e.g. http://127.0.0.1:11434/v1
    MBKG_LLM_MODEL  the model's name (`default`)
    MBKG_LLM_KEY    sent as a bearer token, where the endpoint wants one
    MBKG_LLM_SECONDS  how long a completion may take (20)

The model sees the question and names of the graph, never a figure, and gives a plan, never an answer. The plan passes `check_proposal`
or is not run; the answer says that a model proposed it. Whatever goes wrong leaves the refusal as it was, with what went wrong.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mbkg import ask
from mbkg.ask.answer import Answer
from mbkg.ask.linking import phrases, topics
from mbkg.ask.mentions import Question, read_question
from mbkg.ask.plan import Plan
from mbkg.ask.proposal import Proposal, Rejected, check_proposal, model_words, number_of, read_proposal, tied_to
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Slots, read_slots, unknown_place
from mbkg.ask.spelling import corrected, printed_in, with_corrections
from mbkg.ask.topics import LexicalLinker
from mbkg.ask.words import measures
from mbkg.errors import BadInput
from mbkg.graph.store import GraphStore
from mbkg.labels import fold

PROPOSED = "由大模型提出的查询计划"
_LARGEST = 256 * 1024
_NEAREST = 30
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where completions come from."""

    url: str
    model: str = "default"
    key: str = ""
    seconds: float = 20.0


class NoCompletion(Exception):
    """The endpoint gave no completion; the message is a Chinese clause that says why."""


def endpoint_of(environment: Mapping[str, str]) -> Endpoint | None:
    """The endpoint that the environment names; None where it names none.

    Raises:
        BadInput: it names something that is no http address.
    """
    url = environment.get("MBKG_LLM_URL", "").strip()
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"MBKG_LLM_URL 不是 http 地址：{url}", "例：http://127.0.0.1:11434/v1")
    try:
        seconds = min(max(float(environment.get("MBKG_LLM_SECONDS") or 20), 0.1), 600)
    except ValueError:
        seconds = 20.0
    path = url.rstrip("/")
    whole = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
    return Endpoint(whole, environment.get("MBKG_LLM_MODEL") or "default", environment.get("MBKG_LLM_KEY", ""), seconds)


def answer_question(question: str, store: GraphStore) -> Answer:
    """The answer of the parser; where it has no plan and an endpoint is named, the answer of a model's plan that passes every check."""
    answer = ask.answer_question(question, store)
    endpoint = endpoint_of(os.environ)
    if endpoint is None or answer.status == "answered" or answer.plan or answer.reason != "not_in_schema":
        return answer
    begun = time.perf_counter()
    session = Session(store, ask.lexicon_of(store), LexicalLinker())
    try:
        read = corrected(read_question(question.strip(), session.lexicon), session.lexicon, printed_in(session))
        slots = read_slots(read, session)
        if not read.mentions or unknown_place(slots, session):
            return answer  # another place, or nothing that belongs to budgets: no plan can be right
        proposal = read_proposal(complete(endpoint, messages(question, read, slots, session)))
        plan = _with_words(check_proposal(proposal, read, slots, session), slots)
        taken = _taken(proposal, slots, session)
        proposed = _answered(question, plan, session)
    except Refused as refused:
        return _failed(answer, f"其结果是：{refused.text}", begun) if session.queries else answer
    except (Rejected, NoCompletion) as error:
        return _failed(answer, f"{error}。", begun)
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError):
        return _failed(answer, "计划不能执行。", begun)
    spent = (time.perf_counter() - begun) * 1000
    return replace(
        proposed,
        text=f"{PROPOSED}{taken}。\n{with_corrections(proposed.text, read.corrections)}",
        basis="；".join(filter(None, (PROPOSED, proposed.basis))),
        confidence=min(proposed.confidence, _SURE),
        elapsed_ms=round(answer.elapsed_ms + spent, 1),
        mentions=answer.mentions,
        timings={**answer.timings, "大模型": spent},
    )


def _answered(question: str, plan: Plan, session: Session) -> Answer:
    return ask._answered(question, plan, session)


def _with_words(plan: Plan, slots: Slots) -> Plan:
    """The plan with the question's own words for its projects and indicators, which the answer shows."""
    said = "、".join(words for _, _, words in slots.left)
    kept = tuple(
        replace(select, words=said) if select.projects or select.indicators else select for select in plan.selects
    )
    return replace(plan, selects=kept)


def _taken(proposal: Proposal, slots: Slots, session: Session) -> str:
    """How the words that the parser did not understand were taken, for the reader to judge."""
    nodes = {node for select in proposal.plan.selects for node in (*select.projects, *select.indicators)}
    held = [topic for kind in ("project", "indicator") for topic in topics(slots, session, kind)] if nodes else []
    titles = {topic.node: topic.name for topic in held}
    labels = {name: entry.get("label", "") for name, entry in measures()["attributes"].items()}
    parts = []
    for _, _, said in slots.left:
        meant = tied_to(said, proposal.words)
        names = dict.fromkeys(titles.get(name) or labels.get(name) or session.lexicon.label(name) for name in meant)
        parts.append(f"“{said}”当作“{'、'.join(names)}”")
    return f"：{'，'.join(parts)}" if parts else ""


def _failed(answer: Answer, why: str, begun: float) -> Answer:
    spent = (time.perf_counter() - begun) * 1000
    return replace(
        answer,
        text=f"{answer.text}\n大模型没有提出可用的查询计划：{why}",
        elapsed_ms=round(answer.elapsed_ms + spent, 1),
        timings={**answer.timings, "大模型": spent},
    )


def messages(question: str, read: Question, slots: Slots, session: Session) -> list[dict[str, str]]:
    """What the model is told: the form of a plan, the question, what was recognised of it, and the names it may use."""
    stated = {
        "单位": list(slots.bodies),
        "年度": list(slots.years),
        "口径": list(slots.phases),
        "数值条件": [[limit.operator, number_of(limit.value), limit.unit] for limit in slots.conditions],
        "名次": slots.nth,
        "取几个": slots.top,
    }
    told = {
        "问题": question,
        "已识别": [str(mention) for mention in read.mentions],
        "必须原样写进计划": {name: value for name, value in stated.items() if value},
        "未识别的词": [said for _, _, said in slots.left],
        "可用名称": _names(read, slots, session),
    }
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return [{"role": "system", "content": model_words()["prompt"].strip()}, {"role": "user", "content": content}]


def _names(read: Question, slots: Slots, session: Session) -> dict[str, dict[str, str]]:
    """Names of the graph with their labels: the few in full, codes, projects and indicators those nearest to the question."""
    lexicon = session.lexicon
    names: dict[str, dict[str, str]] = {"bodies": {body.iri: body.name for body in lexicon.reporting}}
    for slot, start in model_words()["names"].items():
        held = {name: label for name, label in sorted(lexicon.labels.items()) if name.startswith(start)}
        names[slot] = _near(held, read.folded) if start.startswith("code/") else held
    said = next(iter(phrases(read, slots, split=False)), ())
    for slot, kind in (("projects", "project"), ("indicators", "indicator")):
        candidates = topics(slots, session, kind)
        ranked = [link.topic for link in session.linker.rank(said, candidates)] if said else []
        shown = dict.fromkeys([*(topic.node for topic in ranked), *(topic.node for topic in candidates)])
        by_node = {topic.node: topic for topic in candidates}
        names[slot] = {
            node: f"{lexicon.label(by_node[node].body)} {by_node[node].name}" for node in list(shown)[:_NEAREST]
        }
    return names


def _near(held: Mapping[str, str], folded: str) -> dict[str, str]:
    """The names whose labels share most pairs of letters with the question."""

    def pairs(text: str) -> set[str]:
        return {text[at : at + 2] for at in range(len(text) - 1)}

    asked = pairs(folded)
    shared = {name: len(pairs(fold(label)) & asked) for name, label in held.items()}
    best = sorted((name for name in held if shared[name]), key=lambda name: (-shared[name], name))[:_NEAREST]
    return {name: held[name] for name in best}


def complete(endpoint: Endpoint, told: list[dict[str, str]]) -> str:
    """The model's words for some messages, within the endpoint's time.

    Raises:
        NoCompletion: the endpoint cannot be reached, is too slow, redirects, or does not answer in the agreed form.
    """
    import http.client
    import urllib.error
    import urllib.request

    class Staying(urllib.request.HTTPRedirectHandler):
        """Follows no redirect: the key and the question go where the user said."""

        def redirect_request(self, *_: Any) -> None:
            return None

    body = json.dumps({"model": endpoint.model, "messages": told, "temperature": 0, "stream": False}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    request = urllib.request.Request(endpoint.url, body, headers, method="POST")

    def fetched() -> bytes:
        with urllib.request.build_opener(Staying).open(request, timeout=endpoint.seconds) as response:
            data: bytes = response.read(_LARGEST + 1)
            return data

    try:
        data = _within(endpoint.seconds, fetched)
    except urllib.error.HTTPError as error:
        error.close()
        raise NoCompletion(f"服务返回 HTTP {error.code}") from error
    except TimeoutError as error:
        raise NoCompletion(f"{endpoint.seconds:g} 秒内没有答复") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        raise NoCompletion(f"{endpoint.seconds:g} 秒内没有答复" if slow else "服务连接不上") from error
    if len(data) > _LARGEST:
        raise NoCompletion("服务的答复太长")
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise NoCompletion("服务的答复不是约定的格式") from error
    if not isinstance(content, str):
        raise NoCompletion("服务的答复不是约定的格式")
    return content


def _within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """What some work gives, within a time that holds for all of it: a server that drips byte by byte does not hold us.

    Raises:
        TimeoutError: it took longer; the work is left behind in a thread that does not keep the process alive.
    """
    got: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            got.put(work())
        except BaseException as error:
            got.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = got.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, BaseException):
        raise result
    return result
