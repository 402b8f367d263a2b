"""Many reports validated with bounded memory: body by body, as the rules need them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from pyoxigraph import NamedNode, Store

from mbkg.graph.iris import COMMON_GRAPH, VOCABULARY_GRAPH
from mbkg.validate.sources import Source
from mbkg.validate.values import Finding, ReportInfo, Rule, Validation

MOST_AT_ONCE = (
    8  # reports held in memory together, since a rule takes longer the more are; those of one body always are
)
Validator = Callable[[Store, Sequence[Rule], Sequence[str]], Validation]
Progress = Callable[[int, int], None]


def validate_source(
    source: Source,
    rules: Sequence[Rule],
    chosen: Sequence[ReportInfo],
    everyone: Sequence[ReportInfo],
    validator: Validator,
    progress: Progress | None = None,
) -> Validation:
    """Validate some of a source's reports.

    A store on disk answers a rule several times more slowly than it takes to copy a report into memory, and one in memory the more slowly
    the more reports it holds. So reports are copied, body by body, at most `MOST_AT_ONCE` at a time where no body has more: every report
    takes as long as in a small graph, and memory stays bounded.

    Args:
        everyone: all reports of the source; those of the same bodies are what a chosen one is compared with.
        validator: runs rules on the reports of a store given by IRI.
        progress: told (reports done, reports in all).
    """
    if not source.on_disk and len(everyone) <= MOST_AT_ONCE:
        return _together(
            [validator(source.store, rules, [info.iri for info in chosen])], rules, chosen, source.problems
        )
    store = Store()
    _copy(source.store, store, (COMMON_GRAPH, VOCABULARY_GRAPH))
    parts = []
    done = 0
    for batch in _batches(chosen, everyone):
        graphs = [NamedNode(info.iri) for info in batch]
        _copy(source.store, store, graphs)
        wanted = [info.iri for info in chosen if info in batch]
        parts.append(validator(store, rules, wanted))
        for graph in graphs:
            store.remove_graph(graph)
        done += len(wanted)
        if progress is not None:
            progress(done, len(chosen))
    return _together(parts, rules, chosen, source.problems)


def _batches(chosen: Sequence[ReportInfo], everyone: Sequence[ReportInfo]) -> Iterator[list[ReportInfo]]:
    """The reports of the chosen ones' bodies, whole bodies at a time."""
    of_body: dict[str, list[ReportInfo]] = {}
    for info in everyone:
        of_body.setdefault(info.body, []).append(info)
    batch: list[ReportInfo] = []
    for body in dict.fromkeys(info.body for info in chosen):
        if batch and len(batch) + len(of_body[body]) > MOST_AT_ONCE:
            yield batch
            batch = []
        batch = batch + of_body[body]
    if batch:
        yield batch


def _copy(source: Store, into: Store, graphs: Iterable[NamedNode]) -> None:
    into.bulk_extend(quad for graph in graphs for quad in source.quads_for_pattern(None, None, None, graph))


def _together(
    parts: Sequence[Validation], rules: Sequence[Rule], chosen: Sequence[ReportInfo], problems: Sequence[str]
) -> Validation:
    """Validations as one, reports in the order in which they were chosen."""
    place = {info.iri: at for at, info in enumerate(chosen)}
    return Validation(
        reports=tuple(sorted((info for part in parts for info in part.reports), key=lambda info: place[info.iri])),
        rules=tuple(rules),
        findings=_settled(
            sorted((f for part in parts for f in part.findings), key=lambda finding: place[finding.report.iri])
        ),
        counts={iri: counts for part in parts for iri, counts in part.counts.items()},
        coverage={iri: covered for part in parts for iri, covered in part.coverage.items()},
        problems=tuple(problems),
    )


def _settled(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in their order, those of one rule about one node by what they say: stores give rows in no order of their own."""
    settled: list[Finding] = []
    for _, same in groupby(
        findings, lambda finding: (finding.report.iri, finding.outcome, finding.rule, finding.value)
    ):
        settled += sorted(same, key=lambda finding: (finding.message, [operand.node for operand in finding.operands]))
    return tuple(settled)
