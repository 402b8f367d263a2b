"""What every reply tells of its records: how a figure came about, what is not alike in several, a declared 无, the row of a table."""

from __future__ import annotations

from collections.abc import Sequence

from mbkg.ask.plan import Select
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.say import shown
from mbkg.ask.session import Session
from mbkg.ask.statements import declared_none


def explained(record: Record) -> str:
    return f"（{record.text}）" if record.rule else ""


def none_declared(select: Select, session: Session, *, wider: bool = False) -> list[Record]:
    """A declared nothing as a record without a number: 报告说明无此项支出."""
    return [
        Record(
            body=row["body"],
            year=int(row["year"] or row["reportYear"]),
            phase="",
            what=row["subject"],
            value=None,
            unit="",
            nodes=(row["statement"],),
            text="无",
            report=row["report"],
            notes=("报告说明没有这一项，不是印出的0",),
        )
        for row in declared_none(select, session, wider=wider)
        if select.bodies and (select.years or row["year"] == row["reportYear"])
    ]


def unlike(records: Sequence[Record], reply: Reply, session: Session) -> None:
    """Say where figures set side by side are of different years, phases or kinds."""
    lexicon = session.lexicon
    years, phases = {record.year for record in records}, {record.phase for record in records if record.phase}
    if len(phases) > 1:
        reply.base(f"口径不同：{'、'.join(lexicon.label(phase) for phase in sorted(phases))}并列比较，仅供参考")
    if len(years) > 1:
        reply.base(f"年度不同：{'、'.join(f'{year}年' for year in sorted(years))}")
    if len({record.extra.get("measure") for record in records}) > 1 and len(records) > 1:
        reply.base("比较的是不同的项目或口径")
    codes = {record.extra.get("code", "").split("/")[1] for record in records if record.extra.get("code")}
    if len(codes) > 1:
        reply.base("功能分类科目和经济分类科目并列，口径不同")


def row_of(record: Record, session: Session) -> dict[str, object]:
    """A record as a row of the answer's table."""
    row: dict[str, object] = {
        "单位": session.lexicon.label(record.body),
        "年度": record.year,
        "项目": record.entity or record.what,
    }
    if record.phase:
        row["阶段"] = session.lexicon.label(record.phase)
    row["数值"] = record.value if record.value is not None else record.text
    row["计量单位"] = record.unit
    row["显示"] = shown(record)
    if record.comparator:
        row["比较符"] = record.comparator
    return row
