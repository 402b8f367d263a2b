"""The rules as their shapes state them: every `sh:NodeShape` of `shapes/` that is a `mb:Rule`.

A rule's query lists its checks and ends with `FILTER (?outcome = "violated")`, which makes it a SHACL constraint; taken off, the same query
lists every check with its outcome. Adding a rule is adding such a shape; how it must look is told in `shapes/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import cast, get_args

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, Variable

from mbkg.errors import BadShape
from mbkg.graph.iris import DCTERMS, MB, PREFIXES, RDF, RDFS, Namespace
from mbkg.resources import resource_path
from mbkg.validate.values import SEVERITIES, Reach, Rule, Severity

SH = Namespace(PREFIXES["sh"])
_LAST_FILTER = re.compile(r"FILTER\s*\(\s*\?outcome\s*=\s*\"violated\"\s*\)\s*\.?\s*\}\s*$")
_SEVERITY: dict[str, Severity] = dict(zip(map(str, (SH.Violation, SH.Warning, SH.Info)), SEVERITIES, strict=True))
_NEEDED = ("value", "outcome")
Term = NamedNode | BlankNode | Literal | Triple


def shape_files() -> tuple[Path, ...]:
    """The files of the shapes that ship with mbkg."""
    return tuple(sorted(resource_path("shapes").glob("*.ttl")))


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every rule that ships with mbkg, file by file, in the files' own order."""
    return read_rules(shape_files())


def read_rules(files: Iterable[Path]) -> tuple[Rule, ...]:
    """The rules of some shape files; `mb:Rule`s only, other shapes promise what the graph itself looks like.

    Raises:
        BadShape: a file is no Turtle, or a rule lacks what it needs; the message names file and rule.
    """
    found: list[Rule] = []
    files = tuple(files)
    prefixes = _declared_prefixes(files)
    for path in files:
        store = _load(path)
        shapes = [
            q.subject for q in store.quads_for_pattern(None, RDF.type, MB.Rule) if isinstance(q.subject, NamedNode)
        ]
        text = path.read_text(encoding="utf-8")
        shapes.sort(key=lambda shape: text.find(f":{shape.value.rpartition('#')[2]} "))
        found += [_rule(shape, store, path.name, prefixes) for shape in shapes]
    ids = [rule.id for rule in found]
    for rule in found:
        if ids.count(rule.id) > 1:
            raise BadShape(rule.file, f"规则编号 {rule.id} 用了不止一次")
    return tuple(found)


def _load(path: Path) -> Store:
    store = Store()
    try:
        store.load(path=path, format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError) as error:
        raise BadShape(path.name, f"不是合法的 Turtle：{' '.join(str(error).split())}") from error
    except OSError as error:
        raise BadShape(path.name, f"无法打开（{error.strerror or error}）") from error
    return store


def _declared_prefixes(files: Iterable[Path]) -> str:
    """What `sh:declare` declares, as the head of every query."""
    found = {}
    for path in files:
        store = _load(path)
        for quad in store.quads_for_pattern(None, SH.declare, None):
            prefix, namespace = (_one(store, quad.object, term) for term in (SH.prefix, SH.namespace))
            found[prefix] = namespace
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(found.items()))


def _rule(shape: NamedNode, store: Store, file: str, prefixes: str) -> Rule:
    name = shape.value.rpartition("#")[2]
    values = {
        key: _one(store, shape, term)
        for key, term in (
            ("id", DCTERMS.identifier),
            ("label", RDFS.label),
            ("family", MB.ruleFamily),
            ("relation", MB.relation),
            ("comment", RDFS.comment),
            ("reach", MB.reach),
        )
    }
    missing = [key for key in ("id", "label", "family", "relation", "comment") if not values[key]]
    severity = next((_SEVERITY.get(str(q.object)) for q in store.quads_for_pattern(shape, SH.severity, None)), None)
    if missing or severity is None:
        raise BadShape(file, f"规则 {name} 缺少 {'、'.join([*missing, *(['severity'] if severity is None else [])])}")
    reach = values["reach"] or "report"
    if reach not in get_args(Reach):
        raise BadShape(file, f"规则 {name} 的 mb:reach 只能是 {'、'.join(get_args(Reach))}")
    constraints = [q.object for q in store.quads_for_pattern(shape, SH.sparql, None)]
    select, message = "", ""
    if constraints:
        if len(constraints) > 1:
            raise BadShape(file, f"规则 {name} 有不止一个 sh:sparql")
        select = listing(_one(store, constraints[0], SH.select), f"规则 {name}", file)
        message = _one(store, constraints[0], SH.message)
        _try_query(prefixes + select, f"规则 {name}", file)
    return Rule(
        id=values["id"],
        name=values["label"],
        family=values["family"],
        relation=values["relation"],
        severity=severity,
        message=message,
        description=values["comment"],
        shape=shape.value,
        file=file,
        select=prefixes + select if select else "",
        reach=cast(Reach, reach),
    )


def listing(select: str, what: str, file: str) -> str:
    """A constraint's query without the filter that keeps the violated checks: it lists them all.

    Raises:
        BadShape: the query does not end with that filter.
    """
    if not _LAST_FILTER.search(select):
        raise BadShape(file, f'{what} 的查询没有以 FILTER (?outcome = "violated") 结尾')
    return _LAST_FILTER.sub("}", select)


def _try_query(query: str, what: str, file: str) -> None:
    try:
        result = Store().query(query)
    except (SyntaxError, ValueError) as error:
        raise BadShape(file, f"{what} 的查询有误：{' '.join(str(error).split())}") from error
    variables: list[Variable] = getattr(result, "variables", [])
    missing = [name for name in _NEEDED if Variable(name) not in variables]
    if missing:
        raise BadShape(file, f"{what} 的查询没有给出 {'、'.join('?' + name for name in missing)}")


def _one(store: Store, subject: Term, predicate: NamedNode) -> str:
    """The one text of a property; blank where there is none."""
    if isinstance(subject, Literal):
        return ""
    for quad in store.quads_for_pattern(subject, predicate, None):
        value = quad.object
        return value.value if isinstance(value, Literal | NamedNode) else ""
    return ""
