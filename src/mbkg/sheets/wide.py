"""The wide target table (部门预算项目支出绩效目标表), flattened: columns a few characters wide, every cell wrapped over many lines.

The text keeps the order of the cells: unit, project code and name, category, budget, goal, then level, name and
`性质 值 单位 权重` of each indicator. A cell cut by a page goes on before the next level; text of another section may stand between
the last rows. Tokens are read in order; a project begins with its code, an indicator ends with its weight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mbkg.amounts import NOT_STATED, is_number, read_number, to_ascii_digits
from mbkg.indicators import comparators
from mbkg.labels import squeeze
from mbkg.sheets.funds import AMOUNT, money_unit_of
from mbkg.sheets.levels import LevelState, level_prefix
from mbkg.sheets.model import FundCell, IndicatorRow, Row, Sheet
from mbkg.sheets.vocabulary import bare, words
from mbkg.sheets.wrapped import width_of

PROJECT_CODE = re.compile(r"^(\d{8}[A-Z]\d{12})(?:[-—－_]|$)?(.*)$")
_UNIT_CODE = re.compile(r"^(\d{3}(?:\d{3}){0,2})[-—－](.*)$")
_RESUME_WITHIN = 160


@dataclass(frozen=True, slots=True)
class Token:
    """One space-separated run: its row (index and line number), whether it opens its row, whether its row opens a page."""

    text: str
    row: int
    number: int
    page: int | None
    first: bool
    page_start: bool

    @property
    def plain(self) -> str:
        """The text with full-width digits as ASCII, for recognising; what is printed stays in `text`."""
        return to_ascii_digits(self.text)


@dataclass(slots=True)
class WideReading:
    """The sheets of one wide table, the rows it takes up and those of them that were understood."""

    sheets: list[Sheet] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # row indices
    accounted: set[int] = field(default_factory=set)  # line numbers


def read_wide(rows: Sequence[Row], start: int, limit: int, title: Sheet) -> WideReading:
    """Read the wide table whose title stands in row `start`, up to row `limit`; `title` is the sheet every project copies."""
    reading = WideReading(used={start}, accounted={rows[start].number})
    body, unit = _skip_header(rows, start + 1, limit, reading)
    title.unit = unit
    tokens = _tokens(rows, body, limit)
    codes = [at for at in range(len(tokens)) if _project_code(tokens, at)] or _heads_without_code(tokens)
    _read_before(tokens[: codes[0]] if codes else tokens[:8], title, reading)
    bounds = [*codes, len(tokens)]
    widths: list[float] = []
    for first, last in pairwise(bounds):
        _read_project(tokens[first:last], title, reading, widths)
    return reading


def _skip_header(rows: Sequence[Row], start: int, limit: int, reading: WideReading) -> tuple[int, str]:
    """Pass over the wrapped column headings; returns the first row behind them and the money unit they state."""
    headings = "|".join(
        [
            *words().raw["wide"]["header"],
            "单位名称",
            "项目名称",
            "项目类别",
            "预算数（万元）",
            "预算数（元）",
            "绩效指标性质",
            "绩效指标值",
            "绩效度量单位",
            "分值权重",
            "其中：预算执行率权重10%",
            "指标方向性",
        ]
    )
    unit = text = ""
    index = start
    while index < limit:
        row = rows[index]
        if not row.blank and not row.year_line and not money_unit_of(row.joined):
            parts = [squeeze(p.text) for p in row.pieces]
            if not all(part in headings or part.strip("（）") in headings for part in parts):
                break
        if not row.blank:
            unit = unit or money_unit_of(row.joined)
            text += row.joined
            reading.used.add(index)
            reading.accounted.add(row.number)
        index += 1
    return index, unit or money_unit_of(text)


def _tokens(rows: Sequence[Row], start: int, limit: int) -> list[Token]:
    """The tokens of the table, without page numbers and without sections of other text that stand between its rows."""
    tokens: list[Token] = []
    index = start
    while index < limit:
        row = rows[index]
        text = bare(row.text)
        if words().ends_always.search(text) or (words().ends_rows.search(text) and row.page_start):
            resumed = next(
                (i for i in range(index + 1, min(limit, index + _RESUME_WITHIN)) if _only_levels(rows[i])), None
            )
            if resumed is None:
                break
            index = resumed
            continue
        if not row.blank and not row.page_number:
            for at, piece in enumerate(row.pieces):
                tokens += [
                    Token(part, index, row.number, row.page, at == 0 and nth == 0, row.page_start)
                    for nth, part in enumerate(_parted(piece.text))
                ]
        index += 1
    return tokens


def _only_levels(row: Row) -> bool:
    parts = [p.text for p in row.pieces]
    first = level_prefix(parts)
    return bool(parts) and first > 0 and (first == len(parts) or level_prefix(parts[first:]) == len(parts) - first)


def _parted(text: str) -> list[str]:
    """A token with a comparator glued to its number (`≥95`) as two."""
    for word, _ in comparators().before:
        if not word.isalpha() and text.startswith(word) and len(text) > len(word):
            return [word, text[len(word) :]]
    return [text]


def _project_code(tokens: Sequence[Token], at: int) -> tuple[str, str, int] | None:
    """A project code that begins at a token, wrapped or not: the code, what follows it in its last token, how many tokens."""
    if not re.match(r"^\d{3}", tokens[at].plain):
        return None
    joined = ""
    for count in range(1, min(9, len(tokens) - at + 1)):
        joined += tokens[at + count - 1].plain
        match = PROJECT_CODE.match(joined)
        if match and len(match[1]) == 21:
            return match[1], match[2], count
        if not re.match(r"^\d{1,8}(?:[A-Z]\d{0,12})?$", joined):
            return None
    return None


def _heads_without_code(tokens: Sequence[Token]) -> list[int]:
    """Where projects begin in a table that prints no codes: the text before an amount that a level follows before any comparator."""
    found = []
    since = 0  # behind the last number
    for at, token in enumerate(tokens):
        if not is_number(token.text):
            continue
        ahead = range(at + 1, len(tokens))
        sign = next((i for i in ahead if _is_nature(tokens, i, at)), len(tokens))
        level = next((i for i in ahead if _level_here(tokens, i)), len(tokens))
        text = [t for t in tokens[since:at] if not is_number(t.text) and t.text not in NOT_STATED]
        signed = any(_is_nature(tokens, i, since) for i in range(since, at))
        listed = any(_level_here(tokens, i) for i in range(since, at))
        total = any(squeeze(t.text).rstrip("-—－") in words().raw["wide"]["total"] for t in text)
        if text and level < sign and not signed and not listed and not total and "." in token.plain:
            found.append(since)
        since = at + 1
    return found


def _account(reading: WideReading, tokens: Sequence[Token]) -> None:
    for token in tokens:
        reading.used.add(token.row)
        reading.accounted.add(token.number)


def _joined_number(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """A number and the digits that its narrow column pushed to the next line: `506.2`, `0`; how many tokens it took."""
    first = tokens[at].plain
    if at + 1 < len(tokens) and tokens[at + 1].first:
        following = tokens[at + 1].plain
        if re.fullmatch(r"-?[\d,]*\d\.\d", first) and re.fullmatch(r"\d", following):
            return tokens[at].text + tokens[at + 1].text, 2
        if re.fullmatch(r"\d{4,}", first) and re.fullmatch(r"\d{0,3}\.\d{2}", following):
            return tokens[at].text + tokens[at + 1].text, 2
    return tokens[at].text, 1


def _read_before(tokens: Sequence[Token], title: Sheet, reading: WideReading) -> None:
    """The 合计 row and the unit's cell, which stand before the first project."""
    at = 0
    totals = words().raw["wide"]["total"]
    while at < len(tokens):
        text = squeeze(tokens[at].text).rstrip("-—－")
        if text in totals:
            number = next((i for i in range(at + 1, min(at + 8, len(tokens))) if is_number(tokens[i].text)), None)
            dashes = tokens[at + 1 : number] if number else ()
            if number and all(t.text in NOT_STATED for t in dashes):
                printed, count = _joined_number(tokens, number)
                sheet = _sheet(title, tokens[at], text)
                sheet.is_total = True
                _add_budget(sheet, printed, tokens[number], reading)
                reading.sheets.append(sheet)
                _account(reading, tokens[at : number + count])
                at = number + count
                continue
        rest = tokens[at:]
        code = _UNIT_CODE.match("".join(t.plain for t in rest))
        if code:
            title.fields["implementing_unit"] = squeeze(code[2])
        _account(reading, rest)
        return


def _sheet(title: Sheet, token: Token, name: str) -> Sheet:
    return Sheet(
        token.number,
        token.page,
        title.title,
        title.title_line,
        "wide-target",
        unit=title.unit,
        year=title.year,
        fields={**title.fields, "name": name},
        fund_labels=[words().raw["wide"]["column"]],
    )


def _add_budget(sheet: Sheet, printed: str, token: Token, reading: WideReading) -> None:
    value = read_number(printed)
    if value is not None:
        column = words().raw["wide"]["column"]
        sheet.funds.append(FundCell("total", column, AMOUNT, column, value, printed, token.number, sheet.unit, False))


def _read_project(tokens: Sequence[Token], title: Sheet, reading: WideReading, widths: list[float]) -> None:
    if not tokens:
        return
    code = _project_code(tokens, 0) or ("", "", 0)
    sheet = _sheet(title, tokens[0], "")
    sheet.fields["code"] = code[0]
    _account(reading, tokens[: code[2]])
    reading.sheets.append(sheet)
    rest = tokens[code[2] :]
    levels_at = next((i for i in range(len(rest)) if _level_here(rest, i)), None)
    head = rest[:levels_at] if levels_at is not None else _until_prose(rest)
    _read_head(sheet, title, code[1], head, reading, widths)
    if levels_at is not None:
        _read_indicators(sheet, rest[levels_at:], reading, max(widths, default=4.5))


def _level_here(tokens: Sequence[Token], at: int) -> bool:
    texts = [t.text for t in tokens[at : at + 4]]
    count = level_prefix(texts)
    return count > 0 and (
        tokens[at].first or is_number(tokens[at - 1].text) or tokens[at].text == "".join(texts[:count])
    )


def _until_prose(tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[:60]


def _read_head(
    sheet: Sheet, title: Sheet, name_start: str, tokens: Sequence[Token], reading: WideReading, widths: list[float]
) -> None:
    """Name, category, budget and goal, which stand between a project's code and its first level.

    A category is merged over the projects it holds for and printed once; the title's sheet hands it on to the next project.
    """
    _account(reading, tokens)
    texts = [t.text for t in tokens]
    amounts = [i for i, t in enumerate(tokens) if re.fullmatch(r"[\d,]+(?:\.\d+)?", t.plain)]
    budget = next((i for i in amounts if "." in tokens[i].plain), next((i for i in amounts if tokens[i].first), None))
    category = _category(texts[:budget] if budget is not None else texts)
    if category:
        sheet.fields["category"] = title.fields["category"] = squeeze("".join(texts[category[0] : category[1]]))
    if budget is not None:
        printed, count = _joined_number(tokens, budget)
        _add_budget(sheet, printed, tokens[budget], reading)
        name_end, goal_from = (category[0] if category else budget), budget + count
        names = texts[:name_end]
        widths.extend(width_of(piece) for piece in names)
        if category and category[1] < budget:
            names += texts[category[1] : budget]
    elif category:
        name_end, goal_from = category
        names = texts[:name_end]
    else:
        limit = max(widths, default=4.5) + 0.6
        name_end = next((i for i, text in enumerate(texts) if width_of(text) > limit), len(texts))
        names, goal_from = texts[:name_end], name_end
    sheet.fields["name"] = squeeze(name_start + "".join(names))
    sheet.goal = texts[goal_from:]


def _category(texts: Sequence[str]) -> tuple[int, int] | None:
    known = set(words().raw["wide"]["categories"])
    for first in range(len(texts)):
        joined = ""
        for last in range(first, min(first + 6, len(texts))):
            joined += squeeze(texts[last])
            if re.sub(r"^\d{1,2}[-—－]", "", joined) in known:
                return first, last + 1
    return None


def _read_indicators(sheet: Sheet, tokens: Sequence[Token], reading: WideReading, name_width: float) -> None:
    levels = LevelState()
    at = 0
    while at < len(tokens):
        sign = next((i for i in range(at, len(tokens)) if _is_nature(tokens, i, at)), None)
        if sign is None:
            return
        label = tokens[at:sign]
        name = _take_label(sheet, label, levels, name_width)
        row, taken = _read_tail(tokens, sign, name, levels)
        sheet.indicators.append(row)
        _account(reading, tokens[at : sign + taken])
        at = sign + taken
        while at < len(tokens) and tokens[at].text in words().directions:
            _account(reading, tokens[at : at + 1])
            at += 1


def _is_nature(tokens: Sequence[Token], at: int, since: int) -> bool:
    text = tokens[at].plain
    if text == "0":
        return at > since and at + 1 < len(tokens) and is_number(tokens[at + 1].text)
    return text in {word for word, _ in comparators().before}


def _take_label(sheet: Sheet, tokens: Sequence[Token], levels: LevelState, name_width: float) -> str:
    """Take levels and, before them, what a page break left of the project's name and goal; returns the indicator's name."""
    texts = [t.text for t in tokens]
    at = next((i for i in range(len(texts)) if _level_here(tokens, i)), None)
    if at is None:
        broken = next((i for i, t in enumerate(tokens) if t.page_start and t.first), None)
        ends = [i for i, text in enumerate(texts) if text.endswith("。")]
        at = ends[-1] + 1 if broken == 0 and ends and ends[-1] + 1 < len(texts) else 0
        _continue_head(sheet, texts[:at], name_width)
        return "".join(texts[at:])
    _continue_head(sheet, texts[:at], name_width)
    found: list[str] = []
    while len(found) < 2 and at < len(texts) and (count := level_prefix(texts[at:])):
        if count == len(texts) - at and found:
            break  # the last words are the indicator's name, level or not
        found.append("".join(texts[at : at + count]))
        at += count
    levels.take(found)
    return "".join(texts[at:])


def _continue_head(sheet: Sheet, texts: Sequence[str], name_width: float) -> None:
    split = next((i for i, text in enumerate(texts) if width_of(text) > name_width + 0.6), len(texts))
    if sheet.goal and texts:
        sheet.fields["name"] = squeeze(sheet.fields["name"] + "".join(texts[:split]))
        sheet.goal += texts[split:]
    elif texts:
        sheet.goal += texts


def _read_tail(tokens: Sequence[Token], sign: int, name: str, levels: LevelState) -> tuple[IndicatorRow, int]:
    """`性质 值 单位 权重`, each of which may be wrapped; returns the indicator and how many tokens its tail took."""
    nature = tokens[sign].text
    at = sign + 1
    value: list[str] = []
    unit: list[str] = []
    weight = ""
    if nature == "定性":
        while at < len(tokens) and not is_number(tokens[at].text) and len(value) < 6 and not _level_here(tokens, at):
            value.append(tokens[at].text)
            at += 1
    else:
        while at < len(tokens) and is_number(tokens[at].text):
            value.append(tokens[at].text)
            at += 1
        if not value and at < len(tokens) and not tokens[at].first:  # ≥ 省级下达数 人 10
            value.append(tokens[at].text)
            at += 1
        ahead = next((i for i in range(at, min(at + 4, len(tokens))) if is_number(tokens[i].text)), None)
        named = ahead is not None and any(
            _is_nature(tokens, i, at) or _level_here(tokens, i) for i in range(at, ahead + 1)
        )
        if ahead is not None and ahead > at and not named:
            unit = [t.text for t in tokens[at:ahead]]
            at = ahead
        elif len(value) > 1:
            at -= 1
            if (
                len(value) > 2
                and tokens[at].first
                and len(value[-1]) == 1
                and re.fullmatch(r"\d+\.\d", to_ascii_digits(value[-2]))
            ):
                at, value = at - 1, value[:-1]
            value = value[:-1]
    if at < len(tokens) and is_number(tokens[at].text):
        weight, count = _joined_number(tokens, at)
        at += count
    row = IndicatorRow(
        levels.level1,
        levels.level2,
        squeeze(name),
        squeeze("".join(value)),
        tokens[sign].number,
        tokens[sign].page,
        weight=weight,
        nature=nature,
        unit=squeeze("".join(unit)),
    )
    return row, at - sign
