"""The words before a figure become what it is a figure of.

A lead such as `2025年本单位机关运行经费安排` is peeled from both ends, one kind of word at a time: what opens a part (其中),
whose it is, the year, the copula, the measure. What is left is the subject as printed. A lead may also say that the figure
is a change, a share or a rate of completion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mbkg.narrative.figures import Figure
from mbkg.narrative.vocabulary import one_of, table

Role = Literal["value", "change", "share", "completion", "base"]

_YEAR = re.compile(r"(20\d\d)年(?:度|初|末|底)?(?!\d)")
_CLASSES = re.compile(
    r"^(?=.*（\d*[类款项]）)(?:(?P<first>[^（]*)（\d*类）)?(?:(?P<second>.*?)（\d*款）)?(?:(?P<third>.*?)（\d*项）)?"
)
_REGION_BODY = re.compile(
    r"^[\u4e00-\u9fff]{1,14}?[省市县区旗州盟][\u4e00-\u9fff]{0,14}?(?:局|中心|委员会|办公室)(?!费)"
)
_BRACKET_TAIL = re.compile(r"^（[件套台、/辆]{1,7}）")


@dataclass(frozen=True, slots=True)
class Direction:
    """A word of change as printed; `sign` is 1 or -1, 0 for 持平, None where the word gives no sign: 增加（减少）, left `undecided`."""

    word: str
    sign: int | None
    undecided: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """What the words before a figure say of it; `subject` is empty where they name none."""

    subject: str = ""
    measure: str = ""
    year: int | None = None
    role: Role = "value"
    direction: Direction | None = None
    against: str = ""
    opens_part: bool = False
    classes: tuple[str, ...] = ()
    generic: bool = False  # the words only point back (项目, 该项目)


def read_lead(text: str, figure: Figure | None, body: str = "") -> Lead:
    """Read the words before a figure (or a clause without one, `figure` None). `body` is the name of the reporting body."""
    if figure is None and (match := _ranked().search(text)):
        ranked = Direction(match["word"], _signs()[match["word"]])
        return _named(text[: match.start()], figure, body, role="change", direction=ranked, against=match["base"])
    direction, rest = split_direction(text)
    against, rest = split_comparison(rest) if direction or figure is None else ("", rest)
    if direction is None and figure is not None and figure.is_percent:
        if match := _share().search(rest):
            return _named(rest[: match.start()], figure, body, role="share", against=_base(match["base"]))
        if match := _completion().search(rest):
            return _named(rest[: match.start()], figure, body, role="completion", against=match["base"])
    if direction is not None:
        return _named(rest, figure, body, role="change", direction=direction, against=against)
    if figure is not None and (match := _base_at_end().search(rest)):
        return _named(rest[: match.start()], figure, body, role="base", against=match["base"])
    return _named(_reached().sub("", rest), figure, body, role="value", against=against)


def split_direction(text: str) -> tuple[Direction | None, str]:
    """The word of change at the end of a phrase, and the phrase without it."""
    match = _direction().search(text)
    if match is None:
        return None, text
    word, odd = match["word"], match["odd"] or ""
    sign = _signs()[word]
    if odd and any(other in odd and _signs()[other] == -sign for other in _signs() if sign):
        return Direction(word, None, word + odd), text[: match.start()]
    return Direction(word, sign), text[: match.start()]


def split_comparison(text: str) -> tuple[str, str]:
    """The base a figure is compared with (上年, 2024年预算), and the phrase without the comparison."""
    matches = list(_comparison().finditer(text))
    if not matches:
        return "", text
    match = matches[-1]
    return match["base"] or match["same"], text[: match.start()] + text[match.end() :]


def counted(tail: str, lead: str) -> str:
    """The subject of a number that stands before its noun (对…等2个项目开展重点评价), empty where the tail is no such noun."""
    match = re.match(rf"[\u4e00-\u9fff]{{0,4}}?{one_of(table('sentences')['counted_nouns'])}", tail)
    if match is None:
        return ""
    noun, rest = match.group(), tail[match.end() :]
    if (
        re.search(rf"{one_of(table('sentences')['under'])}$", lead)
        or _peel_end(rest, table("sentences")["copulas"]) != rest
    ):
        return noun  # 下属5家预算单位的…; 2家事业单位机关运行经费为…: what follows is not counted
    verb = re.match(one_of(table("sentences")["counted_verbs"]), rest)
    if verb:
        rest = _YEAR.sub("", rest)
        return rest[verb.end() :] + noun if len(rest) > verb.end() else noun
    if rest.startswith("的") and len(rest) > 2:
        return rest[1:]
    if rest in ("", "中", "进行") and lead.endswith("的"):
        return _named(lead[:-1], None, "").subject + noun
    return f"{rest}的{noun}" if 2 <= len(rest) <= 20 else noun


def plain_tail(tail: str) -> bool:
    """Whether nothing that matters follows a figure: only a classifier in brackets or a filler."""
    rest = _BRACKET_TAIL.sub("", tail)
    return rest in ("", "左右", "整", "。") or rest.startswith("、") or bool(re.fullmatch(r"（[^）]{1,12}）", rest))


def is_subject(text: str) -> bool:
    """Whether a peeled phrase can be the subject of a figure: a noun phrase, neither a clause nor a particle."""
    words = table("sentences")
    chinese = sum("\u4e00" <= ch <= "\u9fff" for ch in text)
    if chinese < 2 or len(text) > 60 or re.search(r"[，；。：]", text):
        return False
    return not _not_opening().match(text) and not text.endswith(tuple(words["not_ending"]))


def same_subject(one: str, other: str) -> bool:
    """Whether two printed subjects name the same thing: 收入、支出预算总计 and 收、支预算总计 do."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return re.sub(r"[、“”（）\"]", "", text.replace("收入", "收").replace("支出", "支").replace("预算数", "预算"))


def _named(
    text: str,
    figure: Figure | None,
    body: str,
    *,
    role: Role = "value",
    direction: Direction | None = None,
    against: str = "",
) -> Lead:
    """Peel a phrase down to its subject."""
    words = table("sentences")
    rest, opens_part = _peel_front(text, words["openers"])
    rest, year = _take_year(rest, body)
    rest = _without_body(rest, body)
    rest, _ = _peel_front(rest, words["fillers"])
    for clause in (words["allotted"], *words["relative"]):
        rest = re.sub(clause, "", rest)
    rest, opens_again = _peel_front(rest, words["openers"])
    rest = _peel_end(rest, words["copulas"])
    rest, classes, item = _take_classes(rest)
    rest, more = _take_year(rest, body)
    rest, measure = _take_measure(_peel_end(rest, words["copulas"]), figure)
    if match := re.fullmatch(r"“([^”]+)”(?:科目)?", rest):
        rest = match[1]
    for ending, needs in words["spare_endings"].items():
        if rest.endswith(ending) and re.search(needs, rest.removesuffix(ending)):
            rest = rest.removesuffix(ending)
    if item and rest in ("", *words["generic_subjects"], *words["weak_subjects"]):
        rest = item
    generic = rest in words["generic_subjects"]
    return Lead(rest, measure, year or more, role, direction, against, opens_part or opens_again, classes, generic)


def _peel_front(text: str, words: list[str]) -> tuple[str, bool]:
    """The text without these words at its front, and whether there were any."""
    peeled = re.sub(rf"^(?:{one_of(words)}|[，、：\s])+", "", text)
    kept = peeled if len(peeled) > 1 or not peeled else text
    return kept, bool(re.match(one_of(words), text.lstrip("，、：")))


def _peel_end(text: str, words: list[str]) -> str:
    return re.sub(rf"(?:{one_of(words)})+$", "", text)


def _take_year(text: str, body: str) -> tuple[str, int | None]:
    """The phrase without the year it speaks of; words before the year go when they only name the body."""
    year = None
    for _ in range(3):
        match = _YEAR.search(text)
        if match is None:
            break
        before = text[: match.start()]
        year = year or int(match[1])
        text = ("" if _is_body(before, body) else before) + text[match.end() :]
        text = text.removeprefix("年度").lstrip("，、")
    return text, year


def _is_body(text: str, body: str) -> bool:
    """Whether words only name the reporting body: its name, `本部门`, another bureau of a region."""
    left = _without_body(text, body)
    return left in ("", "的", "“") or bool(re.fullmatch(one_of(table("sentences")["self_tails"]), left))


def _without_body(text: str, body: str) -> str:
    """The phrase without the name of the body, or its word for itself, at the front."""
    words = table("sentences")
    rest = text.removeprefix(body) if body else text
    if rest == text and (match := _REGION_BODY.match(text)):
        rest = text[match.end() :]
    if rest == text and (match := re.match(one_of(words["self_words"]), text)):
        rest = text[match.end() :]
    if rest != text and (match := re.match(one_of(words["self_tails"]), rest)):
        rest = rest[match.end() :]
    return rest


def _take_classes(text: str) -> tuple[str, tuple[str, ...], str]:
    """Split off 类 and 款 of a functional item, and its 项; a lone （类） or （款） mark is dropped from its name."""
    if (quoted := re.fullmatch(r"“([^“”]+)”(?:科目)?", text)) and "（" in text:
        text = quoted[1]
    match = _CLASSES.match(text)
    if match is None:
        return text, (), ""
    parts = tuple(part for part in match.group("first", "second", "third") if part)
    rest = text[match.end() :]
    if match["third"]:
        return rest, parts[:-1], parts[-1]
    if match["second"]:
        return rest.removeprefix("支出") or parts[-1], parts[:-1], ""
    name = parts[0] if parts else ""
    return (name + rest if not name.endswith("支出") else name + rest.removeprefix("支出")), (), ""


def _take_measure(text: str, figure: Figure | None) -> tuple[str, str]:
    """Split off the measure a phrase ends with, longest word first, when what is left can stand alone."""
    counts = figure is not None and figure.is_count
    for word, row in _measures():
        if (row.get("counts_only") and not counts) or (row.get("whole") and text != word):
            continue
        if row.get("in_front") and text.startswith(word) and text != word:
            return text.removeprefix(word), row["name"]
        if not text.endswith(word):
            continue
        rest = text.removesuffix(word)
        if rest == "财政拨款" and word.endswith(("支出", "收入")):
            return rest + word[-2:], row["name"]  # 财政拨款预算支出 is 财政拨款支出
        if rest in ("支出", "收入", "财政拨款", ""):
            if "needs" not in row:
                return "", row["name"]
        elif re.search(row.get("needs", ""), rest):
            return _peel_end(rest, ["的"]), row["name"]
    return text, ""


def _base(text: str) -> str:
    return text.removesuffix("的").strip("：")


@cache
def _measures() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every measure word with its row, the longest first."""
    return tuple(
        sorted(
            ((word, row) for row in table("measures")["measure"] for word in row["words"]),
            key=lambda pair: -len(pair[0]),
        )
    )


@cache
def _signs() -> dict[str, int]:
    words = table("sentences")
    lists = (("up", 1), ("down", -1), ("level", 0), ("less", -1), ("more", 1))
    return {word: sign for key, sign in lists for word in words[key]}


@cache
def _direction() -> re.Pattern[str]:
    around = one_of(table("sentences")["around_direction"])
    return re.compile(rf"(?:{around})*(?P<word>{one_of(_signs())})(?P<odd>（[^）]*）)?(?:{around})*$")


@cache
def _reached() -> re.Pattern[str]:
    """减少为, 提高到: the figure is what was reached, not the change."""
    words = table("sentences")
    return re.compile(rf"{one_of([*words['up'], *words['down']])}(?:为|至|到)$")


@cache
def _ranked() -> re.Pattern[str]:
    """决算数小于年初预算数: the word of change before its base."""
    words = table("sentences")
    bases = "|".join(f"(?:{pattern})" for pattern in words["against"])
    return re.compile(rf"(?P<word>{one_of([*words['less'], *words['more'], '等于'])})(?P<base>{bases})$")


@cache
def _base_at_end() -> re.Pattern[str]:
    """较2024年预算 before 70万元: the figure is that of the base."""
    words = table("sentences")
    bases = "|".join(f"(?:{pattern})" for pattern in words["against"])
    return re.compile(rf"(?:{one_of(words['with'])})(?P<base>{bases})(?:的|为)?$")


@cache
def _comparison() -> re.Pattern[str]:
    words = table("sentences")
    bases = "|".join(f"(?:{pattern})" for pattern in words["against"])
    closed = one_of(words["closed_by"])
    return re.compile(
        rf"(?:{one_of(words['with'])})(?P<base>{bases})(?:{closed})?|(?P<same>{one_of(words['same_period'])})(?:上年)?"
    )


@cache
def _not_opening() -> re.Pattern[str]:
    return re.compile("|".join(table("sentences")["not_opening"]))


@cache
def _share() -> re.Pattern[str]:
    return re.compile(table("sentences")["share"])


@cache
def _completion() -> re.Pattern[str]:
    words = table("sentences")
    return re.compile(words["completion_verb"] + words["completion"])
