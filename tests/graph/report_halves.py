"""Shipped reports cut in two, as bureaus publish them: the words in one file, the tables in another."""

from __future__ import annotations

import re
from functools import cache

from mbkg.resources import resource_path

TITLES = {
    "yantai-2025-budget": "烟台市医疗保障局2025年单位预算",
    "zhaoyuan-2024-budget": "招远市医疗保障局2024年部门预算",
    "weihai-2024-budget": "威海市医疗保险事业中心2024年单位预算",
    "haidong-2025-budget": "海东市医疗保障局2025年部门预算",
}
REPORTS = tuple(TITLES)
_TABLES_END = re.compile(r"^\s*第三部分\s*(?:部门预算情况说明)?$")
_TABLES_BEGIN = re.compile(r"^\s*(?:公开表1|第二部分　部门预算表|第二部分)\s*$")
_WORDS_END = re.compile(r"^(?:六、绩效目标情况说明|（四）绩效目标设置情况)$")


@cache
def halves(stem: str) -> tuple[str, str]:
    """The words and the tables of a shipped report; its performance sheets are left out."""
    lines = resource_path("data", "reports", f"{stem}.txt").read_text(encoding="utf-8").split("\n")
    end = max(at for at, line in enumerate(lines) if _TABLES_END.match(line))
    begin = max(at for at, line in enumerate(lines[:end]) if _TABLES_BEGIN.match(line))
    stop = next((at for at, line in enumerate(lines[end:], start=end) if _WORDS_END.match(line)), len(lines))
    return "\n".join([TITLES[stem], "", *lines[:begin], *lines[end:stop]]), "\n".join(lines[begin:end])


def anonymous(tables: str) -> str:
    """The tables without a word of whose they are or for which year; columns that name a year keep it."""
    text = re.sub(r"(部门（单位）|部门|单位名称)：[^\s单]*局", r"", tables)
    text = re.sub(r"(?m)^.*(?:烟台|招远|威海|海东)市医疗.*$", lambda found: re.sub(r"\S*市医疗\S*", "", found[0]), text)
    return re.sub(r"20\d\d年(?!预算数)", "", text)
