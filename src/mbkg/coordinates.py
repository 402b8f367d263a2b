"""What a figure is about: the coordinates of a BudgetFact.

Two cells with equal coordinates claim the same thing and must print the same amount; that is what lets the column of a
flattened number be inferred, and what makes a contradiction visible. Every coordinate is named by the official Chinese term
that `ontology/` carries as a SKOS label; a blank means "all of it" (all funds, all natures …), never "unknown".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Coordinates:
    """One figure about one body: what is measured, of which year and phase, along which classifications.

    `measure` 收入, 支出, “三公”经费 and its items, 政府采购, 机关运行经费 …; `phase` 预算, 年初预算, 全年预算 or 决算; `year` the
    fiscal year the figure is about (a 2025 budget that prints last year's column speaks of 2024); `fund` the source
    (一般公共预算 …); `nature` 基本支出, 人员经费, 公用经费, 项目支出 …; `function`, `economic`, `government` classification
    codes; `project` its name; `total` is `本年` where the figure leaves carried-over money out.
    """

    measure: str
    year: int
    phase: str
    fund: str = ""
    nature: str = ""
    function: str = ""
    economic: str = ""
    government: str = ""
    project: str = ""
    total: str = ""
