"""Limits, spans and negations as people say them, brought to the few words that the grammar knows: 五百万往上 is 不低于500万元.

The wordings are in `ontology/asking/rephrase.toml`. Rephrasing comes before anything else is read, leaves a question without an amount and
without a negation as it is, and rephrasing twice is rephrasing once. Numbers are rewritten only where several make one amount
(两万三千五百元 is 2.35万元); what is only about so much (100万左右) gets no limit, so that the question is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mbkg.ask.figures import AMOUNT, BARE, UNIT, alike, digits, plain_amounts, read_amount
from mbkg.resources import resource_path

_WORDS = {">": "超过", ">=": "不低于", "<": "低于", "<=": "不超过", "=": "等于"}
_SIGNS = {word: sign for sign, word in _WORDS.items()}
_AGREE = {frozenset({">", ">="}): ">", frozenset({"<", "<="}): "<="}
_REACH = 16  # letters before an amount in which a limit's word may stand
_LONE = r"(?:\d[\d,]*(?:\.\d+)?|[零一二三四五六七八九十百]{2,}|[十百])(?![\d.,年月日号度个家项名类级款位点分%万亿元块千百十])"
_FIGURES = re.compile(rf"{AMOUNT}|(?<![\d.年第])(?:{_LONE}|零(?![点星散售]))")
_LIMIT = re.compile(rf"(?P<word>{'|'.join(_SIGNS)})(?P<amount>{AMOUNT}|0(?![\d.]))")


@dataclass(frozen=True, slots=True)
class Say:
    """One rewording, and what the question must and must not hold besides."""

    pattern: re.Pattern[str]
    to: str
    only: re.Pattern[str] | None
    never: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of limits, compiled."""

    before: Mapping[str, re.Pattern[str]]
    behind: Mapping[str, re.Pattern[str]]
    compared: re.Pattern[str]
    about: re.Pattern[str]
    span: re.Pattern[str]
    sure: re.Pattern[str]
    never: str
    excluded: re.Pattern[str]
    included: re.Pattern[str]
    bare: Mapping[str, re.Pattern[str]]
    closed: re.Pattern[str]
    joined: re.Pattern[str]
    says: tuple[Say, ...]


@cache
def _file() -> dict[str, Any]:
    with resource_path("ontology", "asking", "rephrase.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _always() -> tuple[re.Pattern[str], tuple[Say, ...]]:
    """What is looked for in every question: a verb doubled round a negation, and the rewordings that need no amount."""
    data = _file()
    whether = re.compile(
        rf"(?P<one>[{data['whether']['letters']}])(?:不|没有?)(?P=one)"
        rf"|(?P<two>{'|'.join(data['whether']['words'])})(?:不|没有?)(?P=two)"
    )
    return whether, tuple(_say(entry) for entry in data["say"] if not _of_amounts(entry))


def _of_amounts(entry: Mapping[str, str]) -> bool:
    return "{AMT}" in entry["from"] + entry.get("only", "")


@cache
def wordings() -> Wordings:
    """The wordings of limits, read when a question first holds a number."""
    data = _file()
    filler, span, ends = data["amount"]["filler"], data["span"], data["ends"]
    marks = r"[（(，,；;\s]*"
    return Wordings(
        before={
            sign: re.compile(f'(?:{"|".join(words)}){filler}*[“”"\\s]*(?=.$)') for sign, words in data["before"].items()
        },
        behind={sign: re.compile(f"\\s*(?:{'|'.join(words)})") for sign, words in data["behind"].items()},
        compared=re.compile(
            rf"(?P<no>不|没有?|未|并?没有?)?比(?P<amount>{AMOUNT})(?:还要?|更|要|都|来得|还来得)?(?:(?P<more>多|高|大|贵)|(?P<less>少|低|小|便宜))"
            r"了?(?!多少|[几出\d]|少)"
        ),
        about=re.compile(f"\\s*(?:{data['amount']['about']})"),
        span=re.compile(
            rf"(?P<lead>{span['lead']})?\s*(?P<a>{BARE})(?P<ua>{UNIT})?(?P<join>{span['join']})(?P<b>{BARE})(?P<ub>{UNIT})"
            rf"(?P<brackets>[（(](?:含|均含)[）)])?\s*(?:的?(?P<tail>{span['tail']}))?"
        ),
        sure=re.compile(span["sure"]),
        never=span["never"],
        excluded=_ends(ends["excluded"], marks),
        included=_ends([*ends["included"], "(?<=[（(])含(?=[）)])"], marks),
        bare={unit: re.compile(f"(?:{words})[^，,。；;？?]{{0,8}}$") for unit, words in data["bare"].items()},
        closed=re.compile("|".join(data["amount"]["closed"])),
        joined=re.compile(rf"(?<=[元万亿%分])[，,、]?(?:{data['amount']['joined']})+(?=(?:{'|'.join(_SIGNS)})\d)"),
        says=tuple(_say(entry) for entry in data["say"] if _of_amounts(entry)),
    )


def _ends(patterns: list[str], marks: str) -> re.Pattern[str]:
    """One pattern of several that share a group for the amount."""
    parts = [
        pattern.replace("{AMT}", AMOUNT).replace("(?P<amount>", f"(?P<amount{number}>")
        for number, pattern in enumerate(patterns)
    ]
    return re.compile(f"{marks}(?:{'|'.join(parts)})[）)]?")


def _say(entry: Mapping[str, Any]) -> Say:
    only, never = (
        re.compile(entry[name].replace("{AMT}", AMOUNT)) if name in entry else None for name in ("only", "never")
    )
    return Say(re.compile(entry["from"].replace("{AMT}", AMOUNT)), entry["to"], only, never)


def rephrased(text: str) -> str:
    """The question in plainer words; the text itself where nothing of it is known here."""
    whether, says = _always()
    text = plain_amounts(whether.sub(lambda m: f"是否{m['one'] or m['two']}", text))
    text = _said(text, says)
    if _FIGURES.search(text) is None:
        return text
    known = wordings()
    text = known.compared.sub(_compared, known.span.sub(_span, _said(text, known.says)))
    return known.joined.sub("", _ended(_limited(text)))


def _said(text: str, says: Iterable[Say]) -> str:
    for say in says:
        if (say.only is None or say.only.search(text)) and (say.never is None or not say.never.search(text)):
            text = say.pattern.sub(say.to, text)
    return text


def _span(match: re.Match[str]) -> str:
    """`在A到B之间` where a stretch is surely one."""
    known = wordings()
    sure, told = known.sure.search(match["join"]), bool(match["tail"]) or match["lead"] not in (None, "在")
    before = match.string[: match.start()]
    if before.endswith((known.never, "第", "前", "后", "的")) and not told:
        return match.group()
    if not (sure or told) or (match["ub"][0] in "个家项人名次天辆" and not told):
        return match.group()
    unit = match["ub"]
    low, high = f"{match['a']}{match['ua'] or unit}", f"{match['b']}{unit}"
    one, other = read_amount(low), read_amount(high)
    if one is None or other is None or one[1] != other[1] or (match["ua"] is None and one[0] >= other[0]):
        return match.group()
    return f"在{digits(low)}到{digits(high)}之间"


def _compared(match: re.Match[str]) -> str:
    """比一百万还多 is 超过一百万, 不比五万多 is 不超过五万."""
    sign = ">" if match["more"] else "<"
    if match["no"]:
        sign = "<=" if sign == ">" else ">="
    return f"{_WORDS[sign]}{digits(match['amount'])}"


def _limited(text: str) -> str:
    """Every amount that has a limit with the plain word for it before, the words that said so taken out."""
    found: list[str] = []
    done = 0
    closed = [name.span() for name in wordings().closed.finditer(text)]
    for match in _FIGURES.finditer(text):
        if match.start() < done or any(low <= match.start() < high for low, high in closed):
            continue
        head = text[done : match.start()]
        limit = _limit(text, done, match)
        if limit is None:
            continue
        start, end, word, amount = limit
        found.append(head[: start - done] + word + amount)
        done = end
    return "".join(found) + text[done:]


def _limit(text: str, done: int, match: re.Match[str]) -> tuple[int, int, str, str] | None:
    """Where the limit round an amount begins and ends, its plain word and its amount; None where there is none, or two that disagree."""
    known = wordings()
    if known.about.match(text, match.end()):
        return None
    low = max(done, match.start() - _REACH)
    before = {
        sign: found for sign, pattern in known.before.items() if (found := pattern.search(text, low, match.start() + 1))
    }
    behind = {sign: found for sign, pattern in known.behind.items() if (found := pattern.match(text, match.end()))}
    signs: set[str] = set()
    start, end = match.start(), match.end()
    if before:
        sign = min(before, key=lambda sign: before[sign].start())
        start = before[sign].start()
        signs.add(sign)
    if behind:
        sign = max(behind, key=lambda sign: behind[sign].end())
        end = behind[sign].end()
        signs.add(sign)
    if not signs:
        return None
    amount = match.group()
    if read_amount(amount) is None:
        unit = next((unit for unit, words in known.bare.items() if words.search(text, 0, start)), "")
        if not unit and not _zero(amount):
            return None
        amount += unit if not _zero(amount) else ""
    sign = signs.pop() if len(signs) == 1 else _AGREE.get(frozenset(signs), "")
    return (start, end, _WORDS[sign], digits(amount)) if sign else None


def _zero(amount: str) -> bool:
    return amount in ("0", "零")


_SPAN = re.compile(r"在(?P<a>[^在到]+)到(?P<b>[^到]+?)之间")


def _ended(text: str) -> str:
    """The text without what is said of the ends of its limits, each limit strict or not as that says."""
    known = wordings()
    for pattern, strict in ((known.excluded, True), (known.included, False)):
        for match in reversed([*pattern.finditer(text)]):
            said = next(filter(None, match.groups()), "")
            rest = text[: match.start()] + text[match.end() :]
            if read_amount(said) is not None:
                meant = [limit for limit in _LIMIT.finditer(rest) if alike(limit["amount"], said)]
                spans: list[re.Match[str]] = []
            else:
                meant, spans = [*_LIMIT.finditer(rest)], [*_SPAN.finditer(rest)]
            if len(meant) + len(spans) != 1:
                continue
            if spans:
                low, high = spans[0]["a"], spans[0]["b"]
                text = f"{rest[: spans[0].start()]}超过{low}、低于{high}{rest[spans[0].end() :]}" if strict else rest
                continue
            limit = meant[0]
            sign = _SIGNS[limit["word"]].rstrip("=") + ("" if strict else "=")
            text = f"{rest[: limit.start()]}{_WORDS.get(sign, limit['word'])}{limit['amount']}{rest[limit.end() :]}"
    return text
