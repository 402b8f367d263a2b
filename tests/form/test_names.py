"""How printed names fit the code lists of a year."""

from __future__ import annotations

import pytest

from mbkg.form.names import are_alike, yearly_list
from mbkg.graph.rowcodes import subject_fit
from mbkg.reports import Place, SubjectName

FUNCTION, ECONOMIC = "function", "economic-department"


@pytest.mark.parametrize(
    ("kind", "code", "name", "year", "fit"),
    [
        (FUNCTION, "20805", "行政事业单位离退休", 2019, "official"),
        (FUNCTION, "20805", "行政事业单位养老支出", 2020, "official"),
        (FUNCTION, "20805", "行政事业单位离退休", 2022, "dated"),
        (FUNCTION, "210", "医疗卫生与计划生育支出", 2018, "official"),
        (FUNCTION, "210", "卫生健康", 2024, "short"),
        (FUNCTION, "2080505", "机关事业单位职业年金缴费支出", 2024, "other"),
        (FUNCTION, "21011", "行政单位医疗", 2024, "other"),
        (FUNCTION, "21015", "医疗保障事务管理", 2024, "slip"),
        (FUNCTION, "2101599", "其他医疗保障事务支出", 2024, "lossy"),
        (FUNCTION, "2101506", "窗口服务", 2024, "unknown"),
        (FUNCTION, "2130799", "某项支出", 2024, "unknown"),
        (ECONOMIC, "30311", "住房公积金", 2017, "official"),
        (ECONOMIC, "30311", "住房公积金", 2024, "other"),
        (ECONOMIC, "303", "对个人和家庭补助", 2024, "lossy"),
        (ECONOMIC, "30212", "因公出国(境)费用", 2024, "official"),
        (ECONOMIC, "30212", "因公出(国)境费用", 2024, "marks"),
        (ECONOMIC, "30213", "维修(护)费", 2024, "official"),
        (ECONOMIC, "30231", "　公务用车运行维护费", 2024, "official"),
    ],
)
def test_fit(kind: str, code: str, name: str, year: int, fit: str) -> None:
    """A name is judged by the list of its own year, layout aside."""
    assert yearly_list(kind).fit(code, name, year)[0] == fit


@pytest.mark.parametrize(
    ("code", "year", "listed"),
    [
        ("30104", 2024, "other-years"),
        ("30104", 2017, "yes"),
        ("2101501", 2018, "other-years"),
        ("30311", 2024, "yes"),
        ("30311", 2016, "yes"),
        ("2130777", 2024, "no"),
    ],
)
def test_listed(code: str, year: int, listed: str) -> None:
    """A code is listed in the years in which it was in use."""
    assert yearly_list(FUNCTION if code.startswith("2") else ECONOMIC).listed(code, year) == listed


@pytest.mark.parametrize(
    ("name", "level", "above", "fit"),
    [
        ("社会保障和就业", "类", "", "short"),
        ("卫生健康", "类", "", "short"),
        ("住房改革支出", "类", "", "level"),
        ("住房保障支出", "款", "住房保障支出", "level"),
        ("行政运行", "项", "医疗保障管理事务", "official"),
        ("医疗保障事务管理", "款", "卫生健康支出", "slip"),
        ("窗口服务保障", "项", "医疗保障管理事务", "unknown"),
    ],
)
def test_subject_fit(name: str, level: str, above: str, fit: str) -> None:
    """A name in prose is looked for at the level it is called, under the name in front of it, then elsewhere."""
    subject = SubjectName(name, level, Place(1), ((above, "类" if level == "款" else "款"),) if above else ())
    assert subject_fit(subject, 2024)[2] == fit


def test_are_alike() -> None:
    """A name cut at a cell's border is alike; another subject is not."""
    assert are_alike("机关事业单位基本养老保险缴费支出", "机关事业单位基本养老保险缴")
    assert not are_alike("住房公积金", "提租补贴")
