"""The mentions of a question sorted into slots: whose, when, which phase, which money; and what the question does with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from mbkg.ask.bodynames import is_between, is_followed_by_name, named_bodies
from mbkg.ask.compile import text_term
from mbkg.ask.lexicon import Lexicon
from mbkg.ask.mentions import Mention, Question, read_count, runs
from mbkg.ask.plan import Condition
from mbkg.ask.session import Refused, Session, holdings
from mbkg.ask.void import content, meant
from mbkg.ask.words import measures, words

SUPERLATIVE = frozenset({"max", "min", "rank", "nth", "top", "bottom", "descending", "ascending"})
CHANGE = frozenset({"change", "changeRate", "increase", "decrease", "unchanged"})
_LIMITS = {"greater": ">", "atLeast": ">=", "less": "<", "atMost": "<=", "equal": "="}
_LEANING = re.compile(r"(?<![多到至往向])(?:更)?(?:(多|高|大|贵)|([少低小]))$")
_RANKING = frozenset({"max", "min", "rank", "nth", "top", "bottom", "descending", "ascending"})
_MANY = re.compile(
    r"(?:前|后|倒数|top)([一二两三四五六七八九十\d]+)(?!年|个月|季)(?:名|位|大|个|家|项|$|的)|最?[高大多低少小贵]的([二两三四五六七八九十\d]+)[个家项名]"
)
_WHOSE = re.compile("的(?:单位|部门|医保局)(?:是|为|系|有|$)")
_WIDE = ("范围内", "地区", "全市", "全省", "各县", "境内", "辖区")


@dataclass(frozen=True, slots=True)
class Given:
    """What another part of the question settles for this part: whose, when, which projects, and that money is asked for."""

    bodies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    projects: tuple[str, ...] = ()
    money: bool = False


@dataclass(slots=True)
class Slots:
    """What the question fixes. `operators` are names of op: concepts; `over` is what it asks about (body, project, function …)."""

    bodies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    governments: tuple[str, ...] = ()
    operators: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    structure: tuple[str, ...] = ()
    codewords: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    nth: int = 0
    top: int = 0
    conditions: tuple[Condition, ...] = ()
    unit: str = ""
    exists: str = ""
    loose: tuple[str, ...] = ()
    vehicles: bool = False
    projects: tuple[str, ...] = ()
    money: bool = False
    counted: int = 0
    each: str = ""
    heard: frozenset[str] = frozenset()
    within: set[str] = field(default_factory=set)
    left: list[tuple[int, int, str]] = field(default_factory=list)


def read_slots(question: Question, session: Session, given: Given | None = None) -> Slots:
    """The slots of a question; what another part of it settles (`given`) stands where this part is silent.

    Raises:
        Refused: a place, body or year that the graph does not hold.
    """
    slots = Slots()
    slots.operators = frozenset(
        sense.rpartition("/")[2] for mention in question.of("operator") for sense in mention.senses
    )
    slots.over = frozenset(sense for mention in question.of("ask") for sense in mention.senses)
    if _WHOSE.search(question.folded):
        slots.over |= {"body"}
    if any(mention.words[0] == "哪" and mention.words.endswith("年") for mention in question.of("operator")):
        slots.over |= {"year"}
    if any("几" in mention.words and "哪" not in mention.words for mention in question.of("ask")):
        slots.operators |= {"count"}
    if _added(question):
        slots.operators |= {"sum"}
    if any("measure/projectCount" in mention.senses for mention in question.of("measure")):
        slots.over |= {"project"}
        slots.operators |= {"count"}
    leaning = _LEANING.search(question.folded)
    if leaning and any(sign in question.folded for sign in ("谁", "哪")):
        slots.operators |= {"max" if leaning[1] else "min"}
    slots.structure = tuple(mention.senses[0] for mention in question.of("structure"))
    slots.codewords = frozenset(sense for mention in question.of("codeword") for sense in mention.senses)
    slots.numbers = tuple(str(mention.number) for mention in question.of("codenumber"))
    slots.nth = next((int(mention.number or 0) for mention in question.of("nth")), 0)
    slots.top = next((int(mention.number or 0) for mention in question.of("top")), 0) or _many(question)
    slots.phases = _phases(question)
    slots.funds = _unique(mention.senses[0] for mention in question.of("fund"))
    slots.categories = _unique(mention.senses[0] for mention in question.of("projectCategory"))
    slots.grades = _unique(mention.unit for mention in question.of("grade"))
    slots.populations = _unique(mention.senses[0] for mention in question.of("population"))
    slots.governments = _unique(mention.senses[0] for mention in question.of("bodyKind"))
    slots.left = leftovers(question)
    if question.of("code", "codenumber") and "分类" in question.folded:  # 政府经济分类501: the code says it
        slots.left = [entry for entry in slots.left if entry[2] not in ("政府", "政府预算", "部门预算", "部门")]
    _negated(question, slots)
    slots.counted = _counted(question, slots)
    _averaged(question, slots)
    _outside(question)
    _agencies(question, session)
    slots.bodies = _bodies(question, slots, session)
    if given is not None:
        slots.bodies = slots.bodies or given.bodies
        slots.projects, slots.money = given.projects, given.money
    slots.years = _years(question, slots, session)
    if given is not None and not slots.years:
        slots.years = given.years
    if re.search("家(?:预算|报告|公布的?)?单位", question.folded):
        slots.over |= {"body"}
    slots.conditions = _conditions(question)
    if apart(question) is not None:
        raise Refused("out_of_scope", "not_in_schema", "问题给几个不同的数各设了条件，没有听懂怎样合在一起；请分开问。")
    if _either(question, slots.conditions):
        raise Refused("out_of_scope", "not_in_schema", "“或”连接的两个条件暂不能合在一起判断，请分开问。")
    amounts = [
        mention for mention in question.of("amount") if mention.number is not None and mention.unit not in _COUNTING
    ]
    heard = {"between"} if _between(amounts, question) else set()
    heard |= {"except"} if any(_left_out(mention, question) for mention in amounts) else set()
    slots.heard = frozenset(heard)
    _existence(question, slots)
    slots.loose = _loose(question)
    slots.unit = _asked_unit(question)
    return slots


_NEGATION = re.compile("(?:不是|不属于|不算|非|不包括|不含|除了?|没评上?|没有?评为|没得|不为)(?:被?评为)?$")


def _negated(question: Question, slots: Slots) -> None:
    """A category or a grade that is not meant: 不是特定目标类的项目, 非优的项目."""
    for mention in question.of("projectCategory", "grade"):
        said = _NEGATION.search(question.folded[: mention.start])
        if said is None:
            continue
        sense = mention.senses[0] if mention.kind == "projectCategory" else mention.unit
        slots.excluded = (*slots.excluded, sense)
        slots.categories = tuple(name for name in slots.categories if name != sense)
        slots.grades = tuple(name for name in slots.grades if name != sense)
        slots.left = [entry for entry in slots.left if not (said.start() <= entry[0] and entry[1] <= mention.start)]
        slots.over |= {"project"}


COUNTED = re.compile(
    r"(?<![第前后\d.年])([\d]+|[二两三四五六七八九十]+)(?=(?:个|项|类|家|份|件|大)(?!百分|月|点|小时|工作日))"
)


def _counted(question: Question, slots: Slots) -> int:
    """How many things the question says there are (荣成8个本级项目, 五家单位); the number is taken out of what is left."""
    said = 0
    for match in COUNTED.finditer(question.folded):
        inside = [mention for mention in question.mentions if mention.start <= match.start() < mention.end]
        if inside and any(mention.kind != "amount" or mention.unit not in ("个", "家", "项") for mention in inside):
            continue
        number = read_count(match[1])
        said = int(number) if number else said
        slots.left = [
            entry
            for entry in slots.left
            if not (entry[0] <= match.start() < entry[1] and fold_number(entry[2]) in ("", match[1]))
        ]
    return said


def fold_number(said: str) -> str:
    """A leftover without the counting word around its number: 8个 is 8."""
    return said.rstrip("个项类家份件大")


_EACH = re.compile("^(?:平均)?(?:到)?每(?:一)?(?:家|个单位|个项目|个|家单位)(?:平均)?$|^平均到每家$")


def _averaged(question: Question, slots: Slots) -> None:
    """平均每家, 每个项目平均 are averages over units or projects, not the price of one thing."""
    for mention in question.of("measure"):
        if "measure/unitCost" in mention.senses and _EACH.match(mention.words):
            near = question.folded[max(0, mention.start - 4) : mention.end + 4]
            if "平均" not in near:
                continue
            slots.operators |= {"average"}
            slots.over |= {"project"} if "项目" in near else set()
            slots.each = mention.words


_AGENCY = re.compile(r"^(?:人民政府)?(?P<name>[\u4e00-\u9fff]{1,8}?(?:局|厅|委员会|办公厅|法院|检察院))(?!本级|机关)")


def _agencies(question: Question, session: Session) -> None:
    """A region with the name of an agency right behind it means that agency: 威海市公安局, 青海省医疗保障局 are no other body of the place.

    Raises:
        Refused: the graph holds no report of that agency.
    """
    for mention in question.of("region"):
        low = question.places[mention.end] if mention.end < len(question.places) else len(question.text)
        rest = question.text[low:]
        match = _AGENCY.match(rest)
        if (
            match is None
            or is_followed_by_name(mention, question)
            or re.search("[和与、的年]|预算|决算|支出|项目|经费", match["name"])
        ):
            continue
        own = [body for body in session.lexicon.reporting if set(mention.senses) & {body.region, body.iri}]
        forms = {
            form
            for name, shorts in words().body_forms
            for form in (name, *shorts)
            if any(body.name.endswith(name) for body in own)
        }
        if match["name"] in forms:
            continue
        raise Refused(
            "no_data",
            "not_in_schema",
            f"图中没有{mention.words}{match['name']}的预算或决算报告。图中有：{holdings(session.lexicon)}。",
        )


def _added(question: Question) -> bool:
    """Whether 加 stands between two things: 基本工资加津贴补贴."""
    things = question.of("measure", "nature", "code", "fund", "project", "body", "region")
    return any(
        question.between(one.end, other.start).strip() in ("加", "加上", "＋", "+") for one, other in pairwise(things)
    )


def _many(question: Question) -> int:
    """How many are asked for where the number is part of another word: 前三名, 最多的三家单位."""
    match = _MANY.search(question.folded)
    return int(read_count(match[1] or match[2]) or 0) if match else 0


def leftovers(question: Question) -> list[tuple[int, int, str]]:
    """The stretches that no mention covers and that say something, each with what it says."""
    found = []
    for start, end in runs(question, question.mentions):
        said = content(question, start, end)
        if said:
            found.append((start, end, said))
    return found


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _phases(question: Question) -> tuple[str, ...]:
    """Phases said outright, or inside another word: 基本支出决算 is 基本支出 of the final account."""
    said = list(_unique(mention.senses[0] for mention in question.of("phase")))
    for mention in question.of("measure", "nature"):
        if "决算" in mention.words:
            said.append("phase/finalAccount")
        elif mention.words.endswith(("预算", "预算数", "预算总额")) or mention.words.startswith("预算"):
            said.append("phase/budget")
    if "实际" in question.folded and not said:
        said.append("phase/executed")
    if "phase/executed" not in said and "phase/finalAccount" not in said:
        said += [sense for _, sense in meant(question) if sense.startswith("phase/")]
    finer = {"phase/initialBudget", "phase/fullYearBudget"}
    if finer & set(said):
        said = [phase for phase in said if phase != "phase/budget"]
    return _unique(said)


def _outside(question: Question) -> None:
    named = {
        at
        for mention in question.of("project", "code", "fund", "department")
        for at in range(mention.start, mention.end)
    }
    for word in words().outside:
        at = question.folded.find(word)
        if at >= 0 and at not in named:
            raise Refused("out_of_scope", "out_of_scope", f"“{word}”不在预算、决算公开报告的范围内，图中没有这类数据。")


def read_bodies(question: Question, session: Session) -> tuple[str, ...]:
    """The bodies that a question names; none where a name is of no reporting body."""
    try:
        return _bodies(question, Slots(), session)
    except Refused:
        return ()


def _bodies(question: Question, slots: Slots, session: Session) -> tuple[str, ...]:
    lexicon = session.lexicon
    found: list[str] = []
    wide = any(word in question.folded for word in _WIDE)
    slots.left = [entry for entry in slots.left if not is_between(entry[0], entry[1], question, lexicon)]
    for mention, senses in named_bodies(question, session):
        chosen = _meant(senses, wide, lexicon)
        if not chosen:
            name = "、".join(
                lexicon.label(sense) if sense.startswith("http") else lexicon.regions.get(sense, "") for sense in senses
            )
            if slots.structure and mention.kind == "body":
                chosen = senses
            else:
                raise Refused(
                    "no_data",
                    "not_in_schema",
                    f"图中没有{name}自己的预算或决算报告。{_nearby(mention, lexicon)}图中有：{holdings(lexicon)}。",
                )
        if mention.kind == "body" and len(senses) > len(chosen) == 1:
            session.note(f"“{mention.words}”按图中有报告的{lexicon.label(chosen[0])}理解")
        if len(chosen) > 1 and mention.kind == "body":
            names = "、".join(lexicon.label(iri) for iri in chosen)
            raise Refused("ambiguous", "ambiguous", f"“{mention.words}”可能指{names}，请说明是哪一家。")
        if len(chosen) > 1:
            session.note(f"“{mention.words}”按所辖地区理解，含{'、'.join(lexicon.label(iri) for iri in chosen)}。")
        found += chosen
    return _unique(found)


def _meant(senses: tuple[str, ...], wide: bool, lexicon: Lexicon) -> tuple[str, ...]:
    bodies = [sense for sense in senses if sense.startswith("http")]
    if bodies:
        return tuple(iri for iri in bodies if lexicon.bodies[iri].reports)
    region = senses[0]
    within = lexicon.bodies_within(region)
    own = tuple(iri for iri in within if lexicon.bodies[iri].region == region)
    return within if wide or not own else own


def _nearby(mention: Mention, lexicon: Lexicon) -> str:
    regions = {lexicon.bodies[sense].region for sense in mention.senses if sense in lexicon.bodies}
    near = [body.name for body in lexicon.reporting if body.region in regions]
    return f"同一地区有报告的是{'、'.join(near)}，请按它的名称提问。" if near else ""


def unknown_place(slots: Slots, session: Session) -> str:
    """The administrative division that a word left over begins with; blank for none."""
    pieces = {text[:end] for _, _, text in slots.left for end in range(2, min(len(text), 10) + 1)}
    if not pieces:
        return ""
    named = "VALUES ?word { " + " ".join(f"{text_term(piece)}@zh" for piece in sorted(pieces)) + " }"
    rows = session.rows("regions", {}, quiet=True, words=named)
    return max(rows, key=lambda row: (len(row["word"]), row["name"]))["name"] if rows else ""


def _years(question: Question, slots: Slots, session: Session) -> tuple[int, ...]:
    lexicon = session.lexicon
    said = [int(mention.number or 0) for mention in question.of("year")]
    alone = len(said) == 1 and not question.of("relative") and len(slots.bodies) < 2
    moved = slots.operators & (CHANGE | {"difference", "why"})
    if alone and moved and _is_base(question.of("year")[0], question):
        said = [said[0] + 1]  # 比2024年减少多少 asks of 2025
        slots.operators |= {"change"} if "why" not in slots.operators else set()
    bodies = [lexicon.bodies[iri] for iri in slots.bodies if iri in lexicon.bodies] or list(lexicon.reporting)
    latest = sorted({max(body.years) for body in bodies if body.years})
    changing = {"change", "changeRate", "increase", "decrease", "unchanged"} & slots.operators
    for mention in question.of("relative"):
        if changing and not said and mention.number == -1 and len(question.of("relative")) > 1:
            continue
        if latest:
            years = [year + int(mention.number or 0) for year in latest]
            session.note(f"“{mention.words}”按报告年度理解为{'、'.join(f'{year}年' for year in years)}。")
            said += years
    known = {year for body in bodies for year in body.years}
    reachable = known | {year - 1 for year in known}
    for year in said:
        if known and year not in reachable:
            whose = "、".join(body.name for body in bodies) if slots.bodies else "图中"
            has = "、".join(f"{year}年" for year in sorted(known))
            raise Refused(
                "no_data",
                "out_of_period",
                f"图中没有{whose}{year}年的数据，只有{has}报告。图中有：{holdings(lexicon)}。",
            )
    return tuple(dict.fromkeys(said))


_AGAINST = re.compile("(?:比|对比|较)$")
_TOGETHER = re.compile("(?:与|和|跟|同|对|拿)$")
_COMPARED = re.compile("^(?:的|同期|水平|那会|时|那时|数|度)*(?:相比|比(?![例重率]))")


def _is_base(year: Mention, question: Question) -> bool:
    """Whether the only year said is the one set against (比2024年减少多少): what is asked for is of the year after it."""
    before, behind = question.folded[: year.start], question.folded[year.end :]
    if _TOGETHER.search(before):
        return bool(_COMPARED.search(behind))
    return bool(_AGAINST.search(before))


def _loose(question: Question) -> tuple[str, ...]:
    """Amounts that no limit goes with; dropped in silence they would widen the question."""
    amounts = [mention for mention in question.of("amount") if mention.unit not in _COUNTING]
    if _between(amounts, question):
        return ()
    return tuple(
        mention.words for mention in amounts if not limit_by(mention, question) and not _left_out(mention, question)
    )


def _conditions(question: Question) -> tuple[Condition, ...]:
    """Amounts with the limit said before or after them: 超过100万, 100万以上."""
    limits: list[Condition] = []
    amounts = [
        mention for mention in question.of("amount") if mention.number is not None and mention.unit not in _COUNTING
    ]
    between = _between(amounts, question)
    if between:
        return between
    for mention in amounts:
        if _left_out(mention, question):
            limits = [
                replace(limit, operator=limit.operator.rstrip("="))
                if limit.value == mention.number and len(limit.operator) > 1
                else limit
                for limit in limits
            ]
            continue
        if operator := limit_by(mention, question):
            limits.append(Condition(operator, mention.number or Decimal(0), mention.unit))
    return tuple(limits)


def limits_of(question: Question) -> tuple[Condition, ...]:
    """Both ends where the question names a span of two amounts; nothing where it names none."""
    return _between([m for m in question.of("amount") if m.number is not None and m.unit not in _COUNTING], question)


def _either(question: Question, conditions: Sequence[Condition]) -> bool:
    """Whether two limits are alternatives: 或 stands between them, or no number could keep both."""
    limited = [mention for mention in question.of("amount") if limit_by(mention, question)]
    if any(re.search("或|要么|抑|还是", question.between(one.end, other.start)) for one, other in pairwise(limited)):
        return True
    money = {"元": Decimal(1), "万元": Decimal(10000)}
    low = [limit.value * money.get(limit.unit, 1) for limit in conditions if limit.operator in (">", ">=", "=")]
    high = [limit.value * money.get(limit.unit, 1) for limit in conditions if limit.operator in ("<", "<=", "=")]
    return bool(low and high) and len({limit.unit in money for limit in conditions}) == 1 and max(low) > min(high)


_FIGURES = ("measure", "nature", "code", "codenumber", "fund")
_ATTRIBUTES = frozenset(
    {"phase/initialBudget", "phase/fullYearBudget", "phase/executed", "phase/finalAccount", "phase/budget"}
)


def apart(question: Question) -> Mention | None:
    """What names the second figure where two limits stand on two figures (预算超过100万且执行率低于10%); None where they stand on one."""
    limited = [mention for mention in question.of("amount") if limit_by(mention, question)]
    for one, other in pairwise(limited):
        for mention in question.of(*_FIGURES, "phase"):
            inside = one.end <= mention.start < other.start
            if inside and (mention.kind != "phase" or set(mention.senses) & _ATTRIBUTES):
                return mention
    return None


_COUNTING = ("家", "人", "名", "次", "天", "个", "项")


def _between(amounts: list[Mention], question: Question) -> tuple[Condition, ...]:
    """100万到600万之间, 在5万和10万之间: both ends kept."""
    spans = any({"operator/between"} & {*mention.senses} for mention in question.of("operator"))
    if len(amounts) != 2 or amounts[0].number is None or amounts[1].number is None:
        return ()
    gap = question.text[question.places[amounts[0].end - 1] + 1 : question.places[amounts[1].start]]
    joined = re.fullmatch("\\s*(?:元|万元)?\\s*(?:到|至|和|与|~|～|-|—)+\\s*", gap)
    if not joined or not (spans or re.search("到|至|~|～|-|—", gap)):
        return ()
    unit = amounts[0].unit if amounts[0].unit == amounts[1].unit else ""
    if not unit:
        return ()
    low, high = sorted((amounts[0].number, amounts[1].number))
    return Condition(">=", low, unit), Condition("<=", high, unit)


def _left_out(amount: Mention, question: Question) -> bool:
    """Whether an amount is one that a limit leaves out: 5万元以上（不含5万）."""
    return any(
        "operator/except" in mention.senses and mention.end == amount.start and mention.words in ("不含", "不包括")
        for mention in question.of("operator")
    )


_BEHIND = frozenset({"以上", "及以上", "以下", "及以下", "以内"})


def limit_by(amount: Mention, question: Question) -> str:
    """The sign of the limit that stands before an amount, or of 以上, 以下 and the like behind it; blank for none."""
    near: list[tuple[bool, int, str]] = []
    for other in question.of("operator"):
        behind = other.words in _BEHIND
        gap = other.start - amount.end if behind else amount.start - other.end
        if 0 <= gap <= (1 if behind else 2):
            near += [
                (behind, gap, _LIMITS[name]) for sense in other.senses if (name := sense.rpartition("/")[2]) in _LIMITS
            ]
    equal = amount.words[0] in "是为等" and question.folded[max(amount.start - 1, 0) : amount.start] not in ("不", "非")
    return min(near)[2] if near else "=" if equal else ""


_UNPUBLISHED = tuple(no + word for no in ("没有", "没", "未") for word in ("公布", "公开", "披露", "说明", "列出"))
WHICH_BODY = frozenset({"哪家", "哪个单位", "哪家单位", "谁"})
_NONE = ("没有", "没", "无", "未安排", "未")
_NO_COUNT = ("一辆都没", "一分钱", "一分", "一个都没", "没安排", "没列", "没有安排", "没有列", "未列", *_NONE)
_BARE_VEHICLE = frozenset({"公车", "公务用车", "公务车", "公家车"})
_OF_MONEY = re.compile("[费钱元万支预决付出花]|经费|采购|购置|运行|金额")
_OF_NUMBER = re.compile("最多|最少|[几辆]|数量|多少台")


def _existence(question: Question, slots: Slots) -> None:
    """Whether units are asked for that have something (哪些单位有公务用车) or have none of it: a stated 0 and a declared 无 are none."""
    bare = any(mention.words in _BARE_VEHICLE for mention in question.of("measure"))
    named = any("vehicleCount" in sense for mention in question.of("measure") for sense in mention.senses)
    which = any(mention.words in WHICH_BODY for mention in question.of("operator"))
    if (
        ("body" in slots.over or which)
        and not slots.conditions
        and not slots.operators & (_RANKING | {"amount", "sum", "average"})
    ):
        asked = {at for mention in question.of("ask") for at in range(mention.start, mention.end)}
        used = {
            at
            for mention in question.mentions
            if mention.words[0] not in "有没无"
            for at in range(mention.start, mention.end)
        } | asked
        counted = {match.start() for match in re.finditer("有(?=几|多少|哪)", question.folded)}  # 有几个 asks a number
        free = "".join("　" if at in used | counted else letter for at, letter in enumerate(question.folded))
        if any(sign in free for sign in _NONE):
            slots.exists = "none"
            slots.left = [entry for entry in slots.left if entry[2] not in _NO_COUNT]
        if any(word in question.folded for word in _UNPUBLISHED):
            raise Refused(
                "out_of_scope", "not_in_schema", "没有公布与公布为无不是一回事，请改问哪些单位没有或有这一项。"
            )
        if "有无" in free or (slots.exists != "none" and "有" in free) or "exists" in slots.operators:
            slots.exists = "some"
    if slots.exists:
        slots.over |= {"body"}
        limit = ">" if slots.exists == "some" else "="
        slots.conditions = (Condition(limit, Decimal(0), ""),)
    named_at = {at for mention in question.of("body", "region") for at in range(mention.start, mention.end)}
    unnamed = "".join("　" if at in named_at else letter for at, letter in enumerate(question.folded))
    plain = not _OF_MONEY.search(unnamed)  # a 万 in the name of a body is no amount
    slots.vehicles = (
        bare and plain and bool("有" in question.folded or slots.exists or _OF_NUMBER.search(question.folded))
    ) or named


def _asked_unit(question: Question) -> str:
    for unit, signs in (
        ("元", ("多少元", "几块钱", "多少块", "几元")),
        ("亿元", ("多少亿", "几亿")),
        ("%", ("百分之几", "百分之多少", "百分比")),
    ):
        if any(sign in question.folded for sign in signs):
            return unit
    return ""


def item_measures() -> frozenset[str]:
    """The measures that say nothing alone and go with another slot."""
    return frozenset(measures()["generic"]["measures"])
