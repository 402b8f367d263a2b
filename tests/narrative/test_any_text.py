"""Whatever the text, reading it ends, and every line is accounted for once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.documents import Document, Line, parse_text
from mbkg.narrative import read_narrative

WORDS = """
2025年 收入预算 5,314.29万元 ， 。 ； ： 其中 比上年 增加 （减少） 0.5% 占 （类） （款） （项） 一、 （一） 1. 第三部分 名词解释 目录
单位：万元 公开表1 （ ） “ ” 、 与上年持平 主要原因是 二是 共有车辆1辆 项目名称 指 内设机构 包括 截至2024年底 12 某市医疗保障局
（本级） 8个 没有 一级指标二级指标
"""
PIECES = [*WORDS.split(), "\n", "\n\n", "\t", " ", "3 4"]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reader(pieces: list[str]) -> None:
    """Words of reports in any order are read without an error; a line is claimed or refused, never both."""
    text = "".join(pieces)
    document = (
        parse_text(text.encode(), "any.txt") if text.strip() else Document("any.txt", "", "utf-8", (Line(1, ""),))
    )
    narrative = read_narrative(document)
    numbers = {line.number for line in document.lines}
    assert narrative.identities
    assert not narrative.claimed & narrative.refused
    assert narrative.claimed | narrative.refused <= numbers
    assert all(statement.place.line in narrative.claimed for statement in narrative.statements)
    assert all(leftover.line in narrative.claimed for leftover in narrative.leftovers)


def test_a_long_line_is_read_in_time() -> None:
    """A whole report on one line takes a moment, not minutes."""
    sentence = "2025年收入预算5,314.29万元，比上年增加3.5万元，增长0.1%，主要原因是人员增加。"
    narrative = read_narrative(parse_text((sentence * 800).encode(), "long.txt"))
    assert len(narrative.statements) == 800
