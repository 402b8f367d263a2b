"""The words by which performance sheets are recognised, read once from `ontology/sheets/*.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mbkg.labels import squeeze
from mbkg.resources import resource_path

_FORMULA = re.compile(r"[（(](?:[A-Z]|[A-Z][/／÷][A-Z]|[A-Z]=?[^（）()]{0,8})[）)]")
_WEIGHT = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分\s*[）)]")
_PLACEHOLDER = re.compile(r"[（(]\s*(?:分值|权重|万元|元|亿元|万)\s*[）)]")


def heading_key(text: str) -> str:
    """A heading as it is compared: squeezed, without formula marks, weights, unit brackets and closing colons.

    >>> heading_key("全年 预算数 (A)")
    '全年预算数'
    """
    return _PLACEHOLDER.sub("", _WEIGHT.sub("", _FORMULA.sub("", squeeze(text)))).strip("：:")


def weight_of(text: str) -> str:
    """The weight a label carries, `（10分）` gives `10`; blank where it carries none."""
    match = _WEIGHT.search(squeeze(text))
    return match[1] if match else ""


def without_weight(text: str) -> str:
    """The label squeezed and without its weight."""
    return _WEIGHT.sub("", squeeze(text))


@dataclass(frozen=True, slots=True)
class Words:
    """`words.toml` with its lists turned into lookups from heading to role."""

    labels: dict[str, str]  # 项目名称 -> name, 主管部门 -> department ...
    special_names: frozenset[str]
    fund_heads: frozenset[str]
    fund_rows: dict[str, str]  # 年度资金总额 -> total ...
    fund_columns: dict[str, str]
    goal_labels: frozenset[str]
    goal_columns: dict[str, str]  # 预期目标 -> expected, 实际完成情况 -> reached
    notes: frozenset[str]
    columns: dict[str, str]  # indicator headings -> role, the roles of wide tables included
    side: frozenset[str]
    totals: frozenset[str]
    directions: frozenset[str]
    summary: dict[str, str]
    raw: dict[str, Any]
    ends_always: re.Pattern[str]
    ends_rows: re.Pattern[str]
    name_endings: tuple[str, ...]


@lru_cache(maxsize=1)
def words() -> Words:
    """The vocabulary, read once."""
    raw = tomllib.loads(resource_path("ontology", "sheets", "words.toml").read_text("utf-8"))

    def roles(section: dict[str, Any], *skip: str) -> dict[str, str]:
        return {
            heading_key(word): role
            for role, listed in reversed(section.items())
            if isinstance(listed, list) and role not in skip
            for word in listed
        }

    return Words(
        labels=roles(raw["labels"], "special_fund_name"),
        special_names=frozenset(raw["labels"]["special_fund_name"]),
        fund_heads=frozenset(raw["funds"]["heads"]),
        fund_rows=roles(raw["funds"], "heads", "among"),
        fund_columns=roles(raw["fund_columns"]),
        goal_labels=frozenset(raw["goal"]["labels"]),
        goal_columns=roles({k: raw["goal"][k] for k in ("reached", "expected")}),
        notes=frozenset(raw["goal"]["notes"]),
        columns=roles(raw["indicator_columns"]),
        side=frozenset(raw["side"]["heads"]),
        totals=frozenset(raw["side"]["total"]),
        directions=frozenset(raw["side"]["direction_values"]),
        summary=roles({k: v for k, v in raw["summary"].items() if k in ("name", "score", "grade", "unit", "order")}),
        raw=raw,
        ends_always=re.compile("|".join(f"(?:{p})" for p in raw["ends"]["always"])),
        ends_rows=re.compile("|".join(f"(?:{p})" for p in raw["ends"]["rows"])),
        name_endings=tuple(raw["shape"]["name_endings"]),
    )


def bare(text: str) -> str:
    """A line squeezed and without Markdown marks: headings, bold, quotes."""
    return squeeze(re.sub(r"^[\s#>*]+|\*+|#+\s*$", "", text))
