"""What a question asks, as a value: which figures, and what is done with them.

A plan is small, frozen, and made of names that the graph knows: concepts without the base IRI (`measure/threePublic`), bodies, projects and
indicators by IRI, years as numbers. It prints as one line of JSON without its empty slots and reads back from that line unchanged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, get_args

from mbkg.amounts import canonical

Ask = Literal[
    "amount",
    "entity",
    "list",
    "count",
    "ratio",
    "change",
    "reason",
    "definition",
    "structure",
    "check",
    "verdict",
    "body",
]
Source = Literal["fact", "project", "indicator", "percapita", "statement"]
Operation = Literal["", "sum", "average", "difference", "share", "times", "per", "product"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A limit on a figure: `attribute operator value`, value in `unit`."""

    operator: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Select:
    """Figures of one kind. Empty slots are open; several values in a slot are alternatives.

    `total` tells the two totals of a budget apart: 总计 with what is carried over, 本年 without.
    """

    of: Source
    words: str = ""
    bodies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    economics: tuple[str, ...] = ()
    governments: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    attribute: str = ""
    breakdown: str = ""
    level: str = ""
    total: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of which figures.

    `group` is what a ranking or an average runs over (body, project, function, indicator); `order` is max or min, `nth` the place asked for
    and `take` how many from there on (0: all). `inner` is the question inside a question: whose winners this one is about, or whose figure
    a verdict tests; `against` is the other side of an equality, `test` the limit that a verdict holds the figure to or, for the operation
    `per`, the number of heads that the question states. `counted` is how many things the question says there are.
    """

    ask: Ask
    selects: tuple[Select, ...] = ()
    operation: Operation = ""
    group: str = ""
    order: str = ""
    nth: int = 0
    take: int = 0
    rate: bool = False
    about: str = ""
    unit: str = ""
    inner: Plan | None = None
    against: Plan | None = None
    test: Condition | None = None
    counted: int = 0

    def __post_init__(self) -> None:
        if self.ask not in get_args(Ask):
            raise ValueError(f"计划不能问 {self.ask!r}")

    def __str__(self) -> str:
        return json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":"))


def read_plan(text: str) -> Plan:
    """The plan that a printed line holds.

    Raises:
        ValueError: the line is no plan; the message says where.
    """
    try:
        return _read(json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"不是一个计划：{error}") from error


def _read(data: dict[str, Any]) -> Plan:
    selects = tuple(_read_select(entry) for entry in data.pop("selects", ()))
    inner, against = (_read(data.pop(name)) if name in data else None for name in ("inner", "against"))
    test = _read_condition(data.pop("test")) if "test" in data else None
    return Plan(selects=selects, inner=inner, against=against, test=test, **data)


def _read_condition(entry: dict[str, Any]) -> Condition:
    return Condition(entry["operator"], Decimal(entry.get("value", "0")), entry.get("unit", ""))


def _read_select(data: dict[str, Any]) -> Select:
    limits = tuple(map(_read_condition, data.pop("conditions", ())))
    slots: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return Select(conditions=limits, **slots)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return canonical(value)
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Plan | Select | Condition):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(entry) for name, entry in named.items() if entry not in ("", (), 0, False, None)}
    return value
