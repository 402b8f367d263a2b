"""What notes under tables say."""

from __future__ import annotations

import pytest

from mbkg.form.notes import says_empty
from mbkg.form.vocabulary import funds_in, kind_word

FUND, CAPITAL, THREE = "政府性基金预算支出表", "国有资本经营预算支出表", "一般公共预算“三公”经费支出表"


@pytest.mark.parametrize(
    ("title", "note"),
    [
        (FUND, "注：本单位没有政府性基金收入，也没有使用政府性基金安排的支出，故本表无数据。"),
        (FUND, "（注：2025年没有使用政府性基金预算拨款安排的支出。）"),
        (CAPITAL, "说明：本部门无国有资本经营预算支出，本表为空表。"),
        (THREE, "注：本单位2024年无“三公”经费预算，故此表为空。"),
        ("部门收入总表", "注：本表无数据。"),
        (CAPITAL, "备注：不涉及国有资本经营预算收支。"),
    ],
)
def test_says_empty(title: str, note: str) -> None:
    """Notes by which a table declares itself empty."""
    assert says_empty(note, funds_in(title))


@pytest.mark.parametrize(
    ("title", "note"),
    [
        (FUND, "注：本表反映政府性基金预算支出情况。"),
        (FUND, "注：没有政府性基金预算支出的部门，以空表公开。"),
        (FUND, "注：如本表无数据，应公开空表。"),
        (FUND, "注：本单位没有国有资本经营预算支出，故本表无数据。"),
        (FUND, "注：2024年没有政府性基金预算财政拨款收入。"),
        (THREE, "注：本单位没有公务用车购置支出。"),
        (THREE, "注：“三公”经费较上年没有增加。"),
        ("收支总表", "注：财政专户管理资金数据为0。"),
        ("收支总表", "注：没有政府性基金预算支出。"),
    ],
)
def test_says_no_such_thing(title: str, note: str) -> None:
    """Explanations, conditions, single items, income alone and other funds do not make a table empty."""
    assert not says_empty(note, funds_in(title))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("一般公共预算财政拨款支出决算表", "final_account"),
        ("政府性基金预算支出表", ""),
        ("2024年部门收入预算总表", "budget"),
        ("收支总体情况表", ""),
        ("一般公共预算支出预算表", "budget"),
    ],
)
def test_kind_word(title: str, kind: str) -> None:
    """预算 in the name of a fund is no word for the kind of report."""
    assert kind_word(title) == kind
