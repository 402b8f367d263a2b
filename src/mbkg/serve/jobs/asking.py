"""Questions, answered in an evaluator."""

from __future__ import annotations

import json

from mbkg.serve.jobs import Graph, Reply


def ask(graph: Graph, question: str, body: bytes = b"") -> Reply:
    """The JSON contract of one answer."""
    from mbkg.ask.llm import answer_question

    answer = answer_question(question, graph.store)
    return {}, json.dumps(answer.to_json(), ensure_ascii=False).encode("utf-8", "replace")


def warm(graph: Graph) -> None:
    """Read the words of the graph once, and answer a first question, before evaluators are forked."""
    from mbkg.ask import lexicon_of
    from mbkg.ask.topics import alike
    from mbkg.serve.jobs import api

    api.preload()
    lexicon_of(graph.store)
    alike("医保")
    first = json.loads(api.suggest(graph, "", 1)[1])["suggestions"]
    for suggestion in first:  # its words are the graph's own, so that no index of meanings is opened, which has threads
        ask(graph, suggestion["question"])


JOBS = {"ask": ask}
