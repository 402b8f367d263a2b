"""A question that counts one thing is never answered with another: vehicles with money, persons with occasions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mbkg.ask import Value
from mbkg.ask.fits import misfit


@pytest.mark.parametrize(
    ("question", "unit", "fits"),
    [
        ("平川街道有几辆公车", "万元", False),
        ("平川街道有几辆公车", "辆", True),
        ("公务接待几批次", "万元", False),
        ("公务接待几批次花了多少钱", "万元", True),  # two things counted, either answers
        ("在编多少人", "万元", False),
        ("人均多少元", "元/人/年", True),
        ("占百分之几", "万元", False),
        ("拨了几百万", "万元", True),
        ("保障多少万人", "万人", True),
        ("机关人员支出是多少人民币", "万元", True),  # 多少人民币 counts no people
        ("多少分之几", "%", True),
    ],
)
def test_what_is_counted_decides_the_unit(question: str, unit: str, fits: bool) -> None:
    assert (misfit(question, [Value(Decimal(1), unit)]) == "") is fits


def test_no_value_is_no_misfit() -> None:
    assert misfit("有几辆公车", []) == ""
