"""A change told in 亿元 or 元 is answered in 万元, figure and change alike, with its phase."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.ask import answer_question
from mbkg.graph.build import build
from mbkg.graph.store import open_graph

REPORT = """2031年青川市医疗保障局部门预算

收支总体情况表
部门（单位）：青川市医疗保障局 单位：万元
收  入 支  出
项目 预算数 项目 预算数
一、一般公共预算收入 12,000.00 一、卫生健康支出 12,000.00
收 入 总 计 12,000.00 支 出 总 计 12,000.00

第三部分 情况说明

一、机关运行经费情况

2031年机关运行经费预算{now}，比2030年增加{more}，增长20%。主要原因是人员增加。
"""


@pytest.mark.parametrize(
    ("now", "more"), [("0.12亿元", "0.02亿元"), ("12000000元", "2000000元"), ("1200万元", "200万元")]
)
def test_change_in_any_money_unit(now: str, more: str, tmp_path: Path) -> None:
    """1,200 万元 and 200 万元 whatever unit the sentence used."""
    path = tmp_path / "qingchuan.txt"
    path.write_text(REPORT.format(now=now, more=more), encoding="utf-8")
    build([path], str(tmp_path / "kg"))
    store = open_graph(str(tmp_path / "kg"))
    answer = answer_question("青川市医疗保障局2031年机关运行经费比上年增加多少", store)
    store.close()
    assert "机关运行经费预算数为1200万元，比2030年增加200万元" in answer.text
    assert Decimal(str(answer.to_json()["values"][0]["value"])) == 200
