"""Figures of the narrative that speak of projects: the score or money of one, the number and the money of all.

A statement is linked to a project where its subject is one of the project's names, or is like that project's name and no other's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.graph.iris import MB
from mbkg.graph.writer import ReportWriter, boolean, decimal, integer, text
from mbkg.labels import fold, squeeze
from mbkg.projectwords import same_name
from mbkg.reports import Project, Report, Statement
from mbkg.sheets.assemble import SAME_NAME, likeness
from mbkg.sheets.vocabulary import words

Funds = Mapping[NamedNode, dict[str, tuple[NamedNode, Decimal]]]
"""By project its fund cells by role (total/executed), with their values."""

_BASES = {"evaluated": ("total/full_year", "total/initial", "total/executed"), "targeted": ("total/amount",)}


def write_stated_projects(
    report: Report,
    statements: Sequence[NamedNode],
    projects: Sequence[NamedNode],
    funds: Funds,
    writer: ReportWriter,
) -> None:
    """State which figures of the narrative are one project's, and which tell of all projects together."""
    if not report.projects:
        return
    stated = words().raw["stated"]
    roles: dict[str, str] = {word: role for role, listed in stated["measures"].items() for word in listed}
    named: set[tuple[int, str]] = set()
    for statement, node in zip(report.statements, statements, strict=True):
        role = roles.get(statement.measure)
        if role is None or statement.value is None:
            continue
        found = project_named(statement.subject, report.projects)
        if found is None:
            continue
        writer.say(node, MB.ofProject, projects[found])
        writer.say(node, MB.sheetRole, text(f"text/{role}"))
        key = "total-score" if role == "score" else f"total/{role}"
        if key in funds.get(projects[found], {}):
            writer.say(node, MB.repeats, funds[projects[found]][key][0])
        name = squeeze(statement.subject)
        alike = any(same_name(name, own) for own in _names(report.projects[found]))
        if not alike and (found, name) not in named:
            named.add((found, name))
            writer.say(node, MB.nameElsewhere, text(name))
    _Counts(report, statements, projects, funds, writer).write()


def project_named(subject: str, projects: Sequence[Project]) -> int | None:
    """The one project whose name a subject is, or is like."""
    exact = [at for at, p in enumerate(projects) if fold(subject) in {fold(name) for name in _names(p)}]
    if exact:
        return exact[0] if len(exact) == 1 else None
    alike = sorted(
        ((max(likeness(subject, name) for name in _names(p)), at) for at, p in enumerate(projects)), reverse=True
    )
    best = alike[0]
    clear = best[0] >= SAME_NAME + 0.1 and (len(alike) == 1 or alike[1][0] < best[0] - 0.1)
    return best[1] if clear else None


def _names(project: Project) -> tuple[str, ...]:
    return tuple(name for name in (project.name, project.sheet_name, *project.aliases) if name)


class _Counts:
    """Figures that speak of all projects: `对8个项目开展绩效自评，涉及预算资金…万元`, `7个项目自评等级为优`."""

    def __init__(
        self,
        report: Report,
        statements: Sequence[NamedNode],
        projects: Sequence[NamedNode],
        funds: Funds,
        writer: ReportWriter,
    ) -> None:
        self.report, self.statements, self.writer, self.funds = report, statements, writer, funds
        self.sheets = [(p, node) for p, node in zip(report.projects, projects, strict=True) if p.sheets]
        self.stated = words().raw["stated"]
        self.graded = re.compile(self.stated["graded"])

    def write(self) -> None:
        for at, statement in enumerate(self.report.statements):
            subject = squeeze(statement.subject)
            if statement.unit != "个" or statement.value is None or "项目" not in subject:
                continue
            if match := self.graded.search(subject):
                self._grades(self.statements[at], match[1])
                continue
            kind = self._kind(statement.text, subject)
            scopes = self._scopes(kind) if kind else ()
            if kind and scopes:
                self._count(at, statement, kind, scopes)

    def _kind(self, said: str, subject: str) -> str:
        """What a sentence tells of all projects: evaluated or targeted; blank where it speaks of some."""
        if any(word in subject for word in self.stated["not_all"]) or not any(
            word in said for word in self.stated["all"]
        ):
            return ""
        return next((k for k, listed in self.stated["kinds"].items() if any(word in said for word in listed)), "")

    def _scopes(self, kind: str) -> tuple[list[NamedNode], ...]:
        """The projects that a sentence may mean: those of the body's own sheets, or with transfers and special funds too."""
        roles = _BASES[kind]
        known = [
            (p, node)
            for p, node in self.sheets
            if p.listed_grade or any(role in self.funds.get(node, {}) for role in roles)
        ]
        if kind == "targeted":
            known = [(p, node) for p, node in self.sheets if "total/full_year" not in self.funds.get(node, {})]
        own = [node for p, node in known if p.kind == "project"]
        return tuple(scope for scope in (own, [node for _, node in known]) if scope)

    def _count(self, at: int, statement: Statement, kind: str, scopes: Sequence[list[NamedNode]]) -> None:
        sizes = sorted(len(scope) for scope in scopes)
        self.writer.say(self.statements[at], MB.sheetRole, text("count"))
        self.writer.say(self.statements[at], MB.countFound, decimal(Decimal(sizes[-1])))
        self.writer.say(self.statements[at], MB.countLeast, decimal(Decimal(sizes[0])))
        meant = next((scope for scope in scopes if len(scope) == statement.value), None)
        following = self.report.statements[at + 1] if at + 1 < len(self.report.statements) else None
        if meant is None or following is None or not _of_all(following, statement):
            return
        money = self.statements[at + 1]
        main = True
        for number, role in enumerate(_BASES[kind], start=1):
            cells = [self.funds[node][role][0] for node in meant if role in self.funds.get(node, {})]
            if not cells:
                continue
            base = NamedNode(f"{money.value}/basis/{number}")
            self.writer.say(money, MB.sheetRole, text("all"))
            self.writer.say(money, MB.countStated, integer(len(meant)))
            self.writer.say(money, MB.projectsTotal, base)
            self.writer.say(base, MB.whole, money)
            self.writer.say(base, MB.mainBasis, boolean(True) if main else None)
            self.writer.say(base, MB.hindrance, text("part-blank") if len(cells) < len(meant) else None)
            for cell in cells:
                self.writer.say(base, MB.part, cell)
            main = False

    def _grades(self, statement: NamedNode, grade: str) -> None:
        """How many projects have a grade, where every evaluated project has one."""
        evaluated = [p for p, _ in self.sheets if p.grade or p.score is not None]
        own = [p for p in evaluated if p.kind == "project"]
        if not evaluated or not all(p.grade for p in evaluated):
            return
        found = sorted(sum(p.grade[:1] == grade[:1] for p in scope) for scope in (own, evaluated))
        self.writer.say(statement, MB.sheetRole, text("grade-count"))
        self.writer.say(statement, MB.gradeStated, text(grade))
        self.writer.say(statement, MB.gradesFound, decimal(Decimal(found[-1])))
        self.writer.say(statement, MB.gradesLeast, decimal(Decimal(found[0])))


def _of_all(money: Statement, count: Statement) -> bool:
    """Whether a figure of the same sentence is the money of the projects just counted."""
    subjects = words().raw["stated"]["money"]
    return (
        money.text == count.text
        and money.unit.endswith("元")
        and money.value is not None
        and any(word in squeeze(money.subject) for word in subjects)
    )
