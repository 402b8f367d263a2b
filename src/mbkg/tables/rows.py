"""The printed rows of a table: their codes, names and numbers, before anyone says which column a number stands in.

A grid row knows the grid column of every number. A flattened row is a run of pieces over one or more lines: codes, a name that may be
wrapped around its numbers, a second classification, numbers. Which stray piece of a name belongs to the row before and which to the row
behind is told by the official name of the code, or by the known name of the project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mbkg.amounts import NOT_STATED, is_number, to_ascii_digits
from mbkg.documents import GridCell, Line
from mbkg.labels import fold, ordinal_of, squeeze
from mbkg.tables.find import tokens_of
from mbkg.tables.header import UNIT_CODE, Header
from mbkg.tables.lexicon import Lexicon

_CODE = re.compile(r"^(?:\d{1,2}|\d{3}|\d{5}|\d{6,9})$")
_BODY = re.compile(r"(?:局|中心|院|所|委|委员会|办|办公室|站|校|队|馆|处|部|厅|会|政府|公司|社|学|（本级）|本级)$")
_NAMED_CODE = re.compile(r"^(?:[\[【〔（]?(?P<code>[2-5]\d{2}(?:\d{2}){0,2})[\]】〕）\-－—_])(?=[\u4e00-\u9fff])")
_TOP_CODE = re.compile(r"^[2-5]\d\d$")
_ORDINAL_SPLIT = re.compile(
    r"(?<!^)(?<![一二三四五六七八九十（])(?=(?:[一二三四五六七八九十]{1,3}[、.．]|（[一二三四五六七八九十]{1,3}）))"
)

KnownName = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed number: its text, its line, its grid column where a grid printed it."""

    text: str
    line: int
    page: int | None = None
    grid_column: int | None = None


@dataclass
class Row:
    """One printed row. `codes` are the code pieces as printed, `indent` the width of the indent before the name."""

    codes: list[str] = field(default_factory=list)
    label: str = ""
    government_codes: list[str] = field(default_factory=list)
    government_label: str = ""
    numbers: list[Printed] = field(default_factory=list)
    lane: str = ""
    category: str = ""
    indent: int = 0
    code_columns: tuple[int, ...] = ()
    label_column: int = 0  # of a grid: names further right are parts of names further left
    line: int = 0
    page_index: int = 0

    @property
    def started(self) -> bool:
        return bool(self.codes or self.label or self.numbers)


def grid_rows(lines: Sequence[Line], header: Header, lexicon: Lexicon) -> list[Row]:
    """Rows of a grid: pieces are told apart by their head where it can be trusted, by their shape otherwise."""
    if header.lanes:
        return [row for line in lines for row in _grid_lane_rows(line, header)]
    rows: list[Row] = []
    if header.strips:
        one = replace(header, strips=())
        return [
            row for line in lines for strip in _cut(line, header.strips) for row in grid_rows([strip], one, lexicon)
        ]
    roles = {place: column.role for column in header.columns for place in column.grid_columns}
    dual = header.code_groups == 2
    name_column = next((c.grid_column for c in header.columns if c.heading.name == "项目名称"), -1)
    beside = {place for column in header.columns if column.heading.name == UNIT_CODE for place in column.grid_columns}
    beside = beside if len(header.code_columns) < sum(column.role == "code" for column in header.columns) else set()
    for line in lines:
        row = Row(line=line.number)
        code_columns: list[int] = []
        units: list[str] = []
        texts: list[str] = []
        name_columns: list[int] = []
        named = group = ""
        for cell in line.cells:
            text = cell.text.strip()
            if not text:
                continue
            ascii_text = to_ascii_digits(text)
            role = roles.get(cell.column, "money") if header.trusted_grid else ""
            if role == "ordinal":
                continue
            looks_code = bool(_CODE.match(ascii_text)) and not row.numbers
            if looks_code and cell.column in beside and role == "code":
                units.append(ascii_text)
            elif looks_code and role == "code" and named:
                continue  # what a project is booked under is no code of its own
            elif (role in ("code", "label") or (role == "" and _before_numbers(row, dual))) and looks_code:
                (row.government_codes if dual and (texts or row.government_codes) else row.codes).append(ascii_text)
                if not texts:
                    code_columns.append(cell.column)
            elif is_number(ascii_text) and role not in ("label", "category", "code"):
                row.numbers.append(Printed(text, line.number, line.page, cell.column))
            elif ascii_text in NOT_STATED and role in ("money", ""):
                continue
            elif role == "category" or (
                not header.trusted_grid and texts and not dual and lexicon.category.fullmatch(squeeze(text))
            ):
                row.category = squeeze(text)
            else:
                texts.append(squeeze(text))
                name_columns.append(cell.column)
                if cell.rowspan > 1:
                    group = squeeze(text)
                elif header.trusted_grid and cell.column == name_column:
                    named = squeeze(text)
        if len(texts) > 1 and group in texts and not dual:
            del name_columns[texts.index(group)]
            texts.remove(group)  # a name over several rows, with the row's own beside it
        row.label = named or (texts[0] if texts else "")
        row.label_column = name_columns[texts.index(row.label)] if row.label in texts else 0
        row.government_label = texts[1] if len(texts) > 1 and dual else ""
        row.code_columns = tuple(code_columns)
        _split_code(row, texts)
        row.codes = row.codes or units  # the row of a unit; elsewhere its code only says whose figure it is
        if row.started:
            rows.append(row)
    return rows


def _split_code(row: Row, texts: Sequence[str]) -> None:
    """Take the code off a name that is printed with it: `[2080505]机关事业单位基本养老保险缴费支出`, `2101501-行政运行`."""
    found = _NAMED_CODE.match(row.label)
    if row.codes or found is None:
        return
    row.codes, row.label = [found["code"]], row.label[found.end() :]
    second = _NAMED_CODE.match(texts[1]) if len(texts) > 1 else None
    if second is not None:
        row.government_codes, row.government_label = [second["code"]], texts[1][second.end() :]


def _cut(line: Line, strips: Sequence[int | None]) -> Iterator[Line]:
    """The strips of a grid row, each moved under the columns of the first."""
    starts = [start or 0 for start in strips]
    over: GridCell | None = None  # a label that reaches into the next strip: its amount stands there
    for start, end in zip(starts, [*starts[1:], 10**6], strict=True):
        cells = tuple(
            replace(cell, column=cell.column - start + starts[0]) for cell in line.cells if start <= cell.column < end
        )
        if over is not None:
            cells = (replace(over, column=starts[0], colspan=1), *cells)
        words = [cell for cell in line.cells if start <= cell.column < end and cell.text]
        over = words[-1] if words and words[-1].column + words[-1].colspan > end else None
        if over is not None and not is_number(over.text):
            continue
        if any(cell.text for cell in cells):
            yield replace(line, cells=cells)


def _before_numbers(row: Row, dual: bool) -> bool:
    return not row.numbers and (not row.label or dual)


def _grid_lane_rows(line: Line, header: Header) -> Iterator[Row]:
    spans = [(c.grid_column, c.lane, c.role) for c in header.columns if c.grid_column is not None]
    strips: list[tuple[str, list[tuple[int, str]]]] = []  # a side may print its rows twice, 按功能 and 按支出性质
    for column, lane, role in spans:
        if role == "label" or not strips or strips[-1][0] != lane:
            strips.append((lane, []))
        strips[-1][1].append((column, role))
    label = ""  # of a cell that reaches into the next strip: what stands there is its amount
    reach = -1
    for lane, own in strips:
        first, last = min(c for c, _ in own), max(c for c, _ in own)
        roles = dict(own)
        row = Row(lane=lane, line=line.number, label=label if reach > first else "")
        for cell in line.cells:
            text = cell.text.strip()
            if not text or not first <= cell.column <= last:
                continue
            role = roles.get(cell.column, "money")
            if role == "ordinal" or text in NOT_STATED:
                continue
            if role == "money" and is_number(text):
                row.numbers.append(Printed(text, line.number, line.page, cell.column))
            elif not is_number(text):
                row.label += squeeze(text)
                label, reach = row.label, cell.column + cell.colspan
        if row.label == label and reach > last + 1 and not row.numbers:
            continue  # its amount stands in the next strip
        if row.started:
            yield row


def text_rows(lines: Sequence[Line], header: Header, lexicon: Lexicon, known_name: KnownName) -> list[Row]:
    """Rows of flattened text. `known_name` gives the official names that a code, or the known names a project, may carry."""
    if header.lanes:
        counted = any(column.role == "ordinal" for column in header.columns)
        return [row for line in lines for row in _text_lane_rows(line, lexicon, counted)]
    if any(column.role == "code" for column in header.columns):
        return _text_coded_rows(lines, header, known_name, lexicon.is_total)
    if any(column.role in ("label", "category") for column in header.columns):
        return _text_named_rows(lines, header, lexicon, known_name)
    return [
        Row(numbers=[Printed(t, line.number, line.page) for t in tokens_of(line) if is_number(t)], line=line.number)
        for line in lines
        if any(is_number(t) for t in tokens_of(line))
    ]


# ---- two-sided tables


def _text_lane_rows(line: Line, lexicon: Lexicon, counted: bool) -> Iterator[Row]:
    """`七、社会保障和就业支出 69.80` alone, or with an income row before it on the same line.

    In a counted table (行次) the first whole number behind a label is the number of the line, and one without a label is the number
    of a line left blank on its side.
    """
    rows: list[Row] = []
    words: list[str] = []

    def flush() -> None:
        if words:
            rows.extend(Row(label=label, line=line.number) for label in _split_labels(words, lexicon))
            words.clear()

    blank_sides = 0
    count_due = counted
    for token in tokens_of(line):
        if count_due and token.isdigit() and len(token) < 4:
            blank_sides += not words
            count_due = False
            continue
        count_due = counted and (count_due or not is_number(token))
        if is_number(token) and not (token.isdigit() and len(token) < 3 and not rows and not words):
            flush()
            if not rows:
                rows.append(Row(line=line.number))
            rows[-1].numbers.append(Printed(token, line.number, line.page))
        elif token in NOT_STATED:
            continue
        else:
            words.append(token)
    flush()
    sides = [lexicon.side(row.label) for row in rows]
    for index, row in enumerate(rows):
        if len(rows) == 3 or (len(rows) == 2 and sides[0] != "支出"):
            row.lane = "收入" if index == 0 else "支出"
        elif blank_sides and len(rows) == 1:
            row.lane = "支出"
        else:
            row.lane = sides[index] or ("支出" if "收入" in sides[:index] else "收入")
        yield row


def _split_labels(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Words between numbers to labels: letter-spaced words are closed up, a list number or a known label begins a new one."""
    labels: list[str] = []
    for word in _close_up(words):
        for piece in _ORDINAL_SPLIT.split(squeeze(word)):
            begins = not labels or ordinal_of(piece) or _complete(labels[-1], lexicon)
            if begins:
                labels.append(piece)
            else:
                labels[-1] += piece
    split: list[str] = []
    for label in labels:
        split.extend(_halves(label, lexicon))
    return split


def _close_up(words: Sequence[str]) -> list[str]:
    """Letter-spaced words (`本 年 收 入 合 计`) as one; the rest as they are."""
    closed: list[str] = []
    spaced = False
    for word in words:
        if len(word) == 1 and spaced:
            closed[-1] += word
        else:
            closed.append(word)
        spaced = len(word) == 1
    return closed


def _complete(label: str, lexicon: Lexicon) -> bool:
    return lexicon.lane_row(label) is not None or len(label) > 3


def _halves(label: str, lexicon: Lexicon) -> list[str]:
    if lexicon.lane_row(label) is None:
        for cut in range(2, len(label) - 1):
            if lexicon.lane_row(label[:cut]) and lexicon.lane_row(label[cut:]):
                return [label[:cut], label[cut:]]
    return [label]


# ---- rows that begin with a code


def _text_coded_rows(
    lines: Sequence[Line], header: Header, known_name: KnownName, is_total: Callable[[str], bool]
) -> list[Row]:
    rows: list[Row] = []
    floating: list[str] = []  # name pieces printed after a row was complete: its tail, or the head of the next
    dual = header.code_groups == 2

    def begin(line: Line) -> Row:
        row = Row(line=line.number)
        rows.append(row)
        return row

    for line in lines:
        tokens = tokens_of(line)
        row = rows[-1] if rows else None
        first = to_ascii_digits(tokens[0])
        if not any(is_number(token) for token in tokens):
            text = squeeze(line.text)
            if row is not None and not row.numbers and not (dual and row.government_label):
                _add_name(row, text, _indent(line.text), dual)
            elif row is not None and not row.numbers:
                row.government_label += text
            elif row is None and is_total(text):
                begin(line).label = text
            else:
                floating.append(text)
            continue
        opens_second = bool(
            dual
            and row
            and row.codes
            and row.label
            and not row.government_codes
            and not row.numbers
            and _TOP_CODE.match(first)
            and first.startswith("5")
        )
        lead = ""
        if row is None or (not opens_second and (row.numbers or _CODE.match(first))):
            lead = _settle(floating, row, tokens, known_name)
            row = begin(line)
        for part in _strips_of(tokens, row, header):
            if part.begins:
                row = begin(line)
            _fill(row, line, part.tokens, dual)
            row.label, lead = lead + row.label, ""
    if floating and rows:
        rows[-1].label += "".join(floating)
    return rows


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of pieces of one line that belong to one row; `begins` where the row starts within the line."""

    tokens: list[str]
    begins: bool


def _strips_of(tokens: Sequence[str], row: Row, header: Header) -> Iterator[_Part]:
    """The line's pieces row by row: in a table printed in strips, what follows a row's last amount is the next row."""
    if not header.strips:
        yield _Part(list(tokens), False)
        return
    width = len(header.money)
    current: list[str] = []
    numbers = len(row.numbers)
    begins = False
    for token in tokens:
        opens_row = bool(current or row.numbers) and numbers >= width
        if opens_row and current:
            yield _Part(current, begins)
        if opens_row:
            current, numbers, begins = [], 0, True
        current.append(token)
        numbers += is_number(token) and not (_CODE.match(token) and numbers == 0 and len(current) == 1)
    if current:
        yield _Part(current, begins)


def _add_name(row: Row, text: str, indent: int, dual: bool) -> None:
    if dual and row.government_codes:
        row.government_label += text
    else:
        if not row.label:
            row.indent = max(row.indent, indent)
        row.label += text


def _settle(floating: list[str], before: Row | None, tokens: Sequence[str], known_name: KnownName) -> str:
    """Give name pieces that stand between two rows to the row whose official name they complete.

    Returns:
        what begins the name of the row that follows; blank where the pieces ended the name before.
    """
    text = "".join(floating)
    floating.clear()
    if not text or before is None or not before.label:
        return text
    own_words = "".join(squeeze(t) for t in tokens if not is_number(t) and not _CODE.match(to_ascii_digits(t)))
    names = {fold(name) for key in ("".join(before.codes), before.label) for name in known_name(key)}
    whole = fold(before.label + text)
    if any(name.startswith(whole) for name in names) or _unfinished(before.label):
        before.label += text
        return ""
    if own_words and fold(before.label) not in names:
        before.label += text
        return ""
    return text


def _unfinished(label: str) -> bool:
    return label.count("（") > label.count("）")


def _fill(row: Row, line: Line, tokens: Sequence[str], dual: bool) -> None:
    for position, token in enumerate(tokens):
        plain = to_ascii_digits(token)
        in_head = not row.numbers
        if in_head and _CODE.match(plain) and not row.government_label:
            if not row.label and _may_add_code(row.codes, plain):
                row.codes.append(plain)
                continue
            if not row.label and row.codes and len(plain) >= 6:
                continue  # the code of the unit, behind that of the function
            if dual and row.label and _may_add_code(row.government_codes, plain):
                row.government_codes.append(plain)
                continue
        if is_number(token):
            row.numbers.append(Printed(token, line.number, line.page))
        elif token in NOT_STATED:
            continue
        else:
            text = squeeze(token)
            if not row.label and position <= len(row.codes):
                row.indent = _indent_before(line.text, token)
            _add_name(row, text, row.indent, dual)


def _may_add_code(codes: Sequence[str], code: str) -> bool:
    if not codes:
        return True
    return len(code) <= 2 and len(codes) < 3 and len(codes[0]) == 3


def _indent(text: str) -> int:
    return _width(text[: len(text) - len(text.lstrip())])


def _indent_before(text: str, token: str) -> int:
    at = text.find(token)
    start = at
    while start > 0 and text[start - 1] in " \u3000\t\xa0":
        start -= 1
    return max(_width(text[start:at]) - (1 if start > 0 else 0), 0)


def _width(space: str) -> int:
    return sum(2 if ch == "\u3000" else 1 for ch in space if ch in " \u3000\xa0")


# ---- rows that begin with a name (project lists)


def _text_named_rows(lines: Sequence[Line], header: Header, lexicon: Lexicon, known_name: KnownName) -> list[Row]:
    """Rows of `category name unit amounts` in the order of the head; a name may be wrapped before and behind its amounts."""
    columns = [column.heading.name for column in header.columns if column.role in ("label", "category")]
    category_first = bool(columns) and columns[0] == "项目类别"
    unit_last = "项目单位" in columns[1:]
    rows: list[Row] = []
    pending: list[str] = []
    for line in lines:
        words: list[str] = []
        numbers: list[Printed] = []
        for token in tokens_of(line):
            if is_number(token) and (words or pending or numbers or not token.isdigit()):
                numbers.append(Printed(token, line.number, line.page))
            elif token not in NOT_STATED:
                words.append(squeeze(token))
        opens = bool(words) and (lexicon.is_total(words[0]) or (category_first and _is_category(words[0], lexicon)))
        if rows and pending and opens and not any(_is_category(word, lexicon) for word in pending):
            rows[-1].label += "".join(pending)  # the tail of a wrapped name: what follows begins anew
            pending = []
        if not numbers:
            if rows and not pending and not opens and _belongs_behind(rows[-1], words, known_name):
                rows[-1].label += "".join(words)
            else:
                pending.extend(words)
            continue
        row = Row(line=line.number, numbers=numbers)
        pieces = [*pending, *words]
        pending = []
        _take_category(row, pieces, category_first, lexicon)
        if unit_last and len(pieces) > 1 and _BODY.search(pieces[-1]):
            pieces.pop()
        row.label = "".join(pieces)
        rows.append(row)
    if pending and rows:
        rows[-1].label += "".join(pending)
    return rows


def _is_category(word: str, lexicon: Lexicon) -> bool:
    return lexicon.category.fullmatch(word) is not None


def _take_category(row: Row, pieces: list[str], first: bool, lexicon: Lexicon) -> None:
    at = 0 if first else -1
    if len(pieces) > 1 and _is_category(pieces[at], lexicon):
        row.category = pieces.pop(at)


def _belongs_behind(row: Row, words: Sequence[str], known_name: KnownName) -> bool:
    """Whether words after a complete row end its name: the longer name is known, or the name's brackets are still open."""
    longer = row.label + "".join(words)
    names = [fold(name) for name in known_name(row.label)]
    if any(name.startswith(fold(longer)) for name in names):
        return True
    return _unfinished(row.label)
