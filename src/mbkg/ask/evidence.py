"""Where the figures of an answer are printed, and what prints another figure for the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.answer import Place
from mbkg.ask.records import Record
from mbkg.ask.session import Row, Session
from mbkg.graph.iris import ONTOLOGY
from mbkg.reports import place_words

_OF_PLACES = (
    "report", "table", "rowLabel", "rowCode", "column", "printed", "value", "unit", "fileName", "page", "sheetName", "line",
    "confidence", "text", "subject", "level3", "term",
)  # fmt: skip
_OF_SOURCES = ("fileName", "year", "body", "tableNumber")
_TITLE, _IDENTIFIER = "http://purl.org/dc/terms/title", "http://purl.org/dc/terms/identifier"


def place_rows(nodes: Sequence[str], session: Session) -> list[Row]:
    """Every place of some nodes: whether it is the best, whether it contradicts, and what is printed there.

    `file` is the file that prints the place, where the report was read from several; `confidence` is said of what a picture shows.
    """
    rows = session.rows("places", {"node": tuple(dict.fromkeys(nodes))}, quiet=True) if nodes else []
    of_place = _properties([row["place"] for row in rows], _OF_PLACES, session)
    of_source = _properties(
        [told[name] for told in of_place.values() for name in ("report", "table") if told.get(name)],
        _OF_SOURCES,
        session,
    )
    return [
        _row(row, place, of_source[place["report"]], of_source.get(place.get("table", ""), {}), session)
        for row in rows
        if (place := of_place.get(row["place"])) and place.get("report") in of_source
    ]


def _row(row: Row, place: Row, report: Row, table: Row, session: Session) -> Row:
    told = {name: place.get(name, "") for name in _OF_PLACES}
    return {
        **row,
        **told,
        "report": report.get(_IDENTIFIER, ""),
        "unit": session.lexicon.label(report.get("body", "")),
        "year": report.get("year", ""),
        "table": table.get(_TITLE, ""),
        "tableNumber": table.get("tableNumber", ""),
        "money": told["unit"],
        "file": told["fileName"] or report.get("fileName", ""),
        "name": place.get(_TITLE, "") or told["level3"] or told["term"],
    }


def _properties(things: Iterable[str], names: Sequence[str], session: Session) -> dict[str, Row]:
    """Each thing's properties: ours by their local names, titles and identifiers by their IRIs; of several values the first."""
    wanted = tuple(dict.fromkeys(things))
    if not wanted:
        return {}
    found: dict[str, Row] = {}
    properties = (_TITLE, _IDENTIFIER, *(ONTOLOGY + name for name in names))
    for row in session.rows("properties", {"thing": wanted, "property": properties}, quiet=True):
        found.setdefault(row["thing"], {}).setdefault(row["property"].removeprefix(ONTOLOGY), row["value"])
    return found


def places_of(records: Iterable[Record], session: Session) -> tuple[list[Place], list[str]]:
    """The places behind the records in their order, and a line for every contradiction between a figure and another print of it."""
    wanted = list(records)
    nodes = tuple(dict.fromkeys(node for record in wanted for node in record.nodes))
    if not nodes:
        return [], []
    by_node: dict[str, list[Row]] = defaultdict(list)
    for row in place_rows(nodes, session):
        by_node[row["node"]].append(row)
    cells = _project_cells(wanted, session)
    found: list[Place] = []
    conflicts: list[str] = []
    for record in wanted:
        for node in record.nodes:
            rows = by_node.get(node, [])
            best = [row for row in rows if row["best"] == "true"] or [
                row for row in rows if row["contradicts"] != "true"
            ][:1]
            found += [_place(row, record, cells, session) for row in best]
            conflicts += _conflicts(rows, record, session)
    return list(dict.fromkeys(found)), list(dict.fromkeys(conflicts))


def places_of_nodes(nodes: Sequence[str], session: Session) -> list[Place]:
    """The places of printed figures, in their order."""
    none = Record(body="", year=0, phase="", what="", value=None, unit="", nodes=())
    rows = place_rows(nodes, session)
    by_node = {row["node"]: row for row in rows if row["best"] == "true"}
    return [_place(by_node[node], none, {}, session) for node in nodes if node in by_node]


def _project_cells(records: Sequence[Record], session: Session) -> dict[tuple[str, str], Row]:
    """For each project and printed number the cell that prints it, the columns named first preferred."""
    projects = tuple(dict.fromkeys(record.project for record in records if record.project))
    if not projects:
        return {}
    columns = {column: rank for record in records for rank, column in enumerate(record.columns)}
    chosen: dict[tuple[str, str], Row] = {}
    ranked = sorted(
        session.rows("project-cells", {"project": projects}, quiet=True),
        key=lambda row: (columns.get(row["column"], 99), row["cell"]),
    )
    for row in ranked:
        if row["column"] in columns:
            chosen.setdefault((row["project"], canonical(Decimal(row["value"]))), row)
    nodes = tuple(dict.fromkeys(row["cell"] for row in chosen.values()))
    printed = {row["node"]: row for row in place_rows(nodes, session)}
    return {key: printed[row["cell"]] for key, row in chosen.items() if row["cell"] in printed}


def _place(row: Row, record: Record, cells: dict[tuple[str, str], Row], session: Session) -> Place:
    amount = record.extra.get("amount") or (canonical(record.value) if record.value is not None else "")
    if not row["printed"] and "/project/" in row["place"] and "/indicator/" not in row["place"]:
        row = cells.get((record.project or row["place"], canonical(Decimal(amount)) if amount else ""), row)
    printed, column, label = row["printed"], row["column"], row["rowLabel"] or row["name"]
    if not printed and "/statement/" in row["place"]:
        printed, column, label = f"{row['value']}{session.unit(row['money'])}", "文字说明", row["subject"]
        if not row["value"] and row["text"]:
            printed = row["text"]
    elif not printed and "/indicator/" in row["place"]:
        printed, column = _indicator_printed(record, row)
    elif not printed and row["text"]:
        printed = row["text"]
    elif not printed:
        printed, column = (record.text or amount), record.extra.get("label", "")
    number = row["tableNumber"]
    table = f"{number} {row['table']}" if number else row["table"]
    if not table and "/project/" in row["place"]:
        table = "绩效目标表、自评表"
    return Place(
        report=row["report"],
        unit=row["unit"],
        year=int(row["year"]),
        table=table,
        row=label or row["rowCode"],
        column=column,
        printed=printed,
        file=row["file"],
        page=_whole(row["page"]),
        line=_whole(row["line"]),
        sheet=row["sheetName"],
        confidence=float(row["confidence"]) if row["confidence"] else 1.0,
    )


def _whole(number: str) -> int | None:
    return int(number) if number else None


def _indicator_printed(record: Record, row: Row) -> tuple[str, str]:
    if record.value is None and record.extra.get("label"):
        return record.text, record.extra["label"]
    if record.rule == "per-capita-cost":
        raw = record.text.rpartition("”")[2].rstrip("）")
        return raw, "指标值"
    if record.rule:
        raw = record.text.rpartition("”")[2]
        return (
            (raw.removeprefix("实际完成"), "实际完成值")
            if raw.startswith("实际完成")
            else (raw.removeprefix("印出"), "指标值")
        )
    return record.text, "实际完成值" if record.phase == "phase/executed" else "指标值"


def _conflicts(rows: Iterable[Row], record: Record, session: Session) -> list[str]:
    said = []
    for row in rows:
        if row["contradicts"] == "true" and (row["printed"] or row["value"]):
            where = "，".join(
                filter(None, (row["table"] or "文字说明", row["rowLabel"] or row["subject"], row["column"]))
            )
            printed = row["printed"] or f"{row['value']}{session.unit(row['money'])}"
            at = place_words(_whole(row["line"]), _whole(row["page"]), row["sheetName"])
            said.append(
                f"{session.lexicon.label(record.body)}{record.year}年{record.what}另有不同的印数：{where}印{printed}（{row['file']}{at}）"
            )
    return said
