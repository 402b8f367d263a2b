"""Targets as printed, and what is read out of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mbkg.indicators import join_target, split_target


@pytest.mark.parametrize(
    ("printed", "comparator", "value", "unit"),
    [
        ("≥147万人", "≥", "147", "万人"),
        ("=670元/人/年", "=", "670", "元/人/年"),
        ("≤ 400万", "≤", "400", "万"),
        ("5万元/人/年", "", "5", "万元/人/年"),
        ("处置率达100%", "", "100", "%"),  # prose that ends in its value
        ("药品网采率≥90%", "≥", "90", "%"),
        ("报送及时率100%。", "", "100", "%"),
        ("100%", "", "100", "%"),
        ("≥省级下达参保计划数", "≥", None, ""),  # says which way, not how much
        ("不超过规定标准", "", None, ""),
        ("大于等于95%", "≥", "95", "%"),
        ("不低于90%", "≥", "90", "%"),
        ("95%以上", "≥", "95", "%"),
        ("5个工作日以内", "≤", "5", "个工作日"),
        ("≥９５．５％", "≥", "95.5", "%"),  # full-width digits; raw keeps them
        ("≤1,200元", "≤", "1200", "元"),
        ("显著", "", None, ""),
        ("2025年底前完成", "", None, ""),  # a date is no quantity
        ("5月底前", "", None, ""),
        ("2024年", "", None, ""),
        ("30-60天", "", None, ""),  # a range is not one number
        ("≥95%且≤100%", "≥", None, ""),
    ],
)
def test_split_target(printed: str, comparator: str, value: str | None, unit: str) -> None:
    """A target gives a value only where its text leaves no doubt which number it is."""
    target = split_target(printed)
    assert (target.comparator, target.value, target.unit) == (
        comparator,
        None if value is None else Decimal(value),
        unit,
    )


@pytest.mark.parametrize(
    ("nature", "value", "unit", "comparator", "number", "raw"),
    [
        ("≥", "95", "%", "≥", "95", "≥95%"),
        ("0", "3", "名", "=", "3", "03名"),  # the export of = in wide tables
        ("定性", "优", "", "定性", None, "定性优"),
    ],
)
def test_join_target(nature: str, value: str, unit: str, comparator: str, number: str | None, raw: str) -> None:
    """Three columns of a wide table make one target."""
    target = join_target(nature, value, unit)
    assert (target.comparator, target.value, target.raw) == (
        comparator,
        None if number is None else Decimal(number),
        raw,
    )
