"""Figures put into sentences and broken over lines at random come back as they went in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.amounts import canonical
from mbkg.documents import parse_text
from mbkg.narrative.discourse import Reader
from mbkg.narrative.drafts import Defaults
from mbkg.narrative.layout import prose_lines
from mbkg.narrative.paragraphs import paragraphs

SUBJECTS = [
    "机关运行经费",
    "公务接待费",
    "因公出国（境）费",
    "住房公积金",
    "津贴补贴",
    "行政单位医疗",
    "劳务费",
    "政府采购货物支出",
]
REASONS = ["人员变动", "缴费基数调整，新考录公务员一名", "压减一般性支出", "上级补助资金增加", "2021年信息系统扩容"]
YEAR = 2024


@dataclass(frozen=True)
class Said:
    """One invented statement: what the sentence says, and what must be read."""

    subject: str
    value: Decimal
    change: Decimal | None
    percent: Decimal | None
    reason: str
    share: Decimal | None

    def sentence(self) -> str:
        text = f"{self.subject}{'预算数为' if self.value % 2 else ''}{self.value:,}万元"
        if self.share is not None:
            text += f"，占{self.share}%"
        if self.change is not None:
            text += f"，比上年{'增加' if self.change > 0 else '减少'}{abs(self.change):,}万元"
        if self.percent is not None:
            text += f"，{'增长' if self.percent > 0 else '下降'}{abs(self.percent)}%"
        return text + (f"，主要原因是{self.reason}。" if self.reason else "。")

    def read(self) -> list[tuple[str, ...]]:
        value = (self.subject, "预算数", canonical(self.value), show(self.change), show(self.percent), self.reason)
        share = [(self.subject, "占比", canonical(self.share), "", "", "")] if self.share is not None else []
        return [value, *share]


def show(number: Decimal | None) -> str:
    return "" if number is None else canonical(number)


money = st.decimals(min_value=0, max_value=99_999, places=2)
nonzero = st.decimals(min_value=Decimal("-9999.99"), max_value=Decimal("9999.99"), places=2).filter(bool)
percents = st.decimals(min_value=Decimal("-99.9"), max_value=Decimal("300"), places=1).filter(bool)


@st.composite
def statements(draw: st.DrawFn) -> Said:
    change = draw(st.none() | nonzero)
    percent = (
        draw(percents.filter(lambda value: change is not None and value * change > 0))
        if change is not None and draw(st.booleans())
        else None
    )
    reason = draw(st.sampled_from(REASONS)) if change is not None and draw(st.booleans()) else ""
    share = draw(st.none() | st.decimals(min_value=0, max_value=100, places=2))
    return Said(draw(st.sampled_from(SUBJECTS)), draw(money), change, percent, reason, share)


def broken(text: str, width: int, between: str, pad: str) -> str:
    """The text broken into lines of one width, the way a page is flattened."""
    pieces = [text[at : at + width] for at in range(0, len(text), width)]
    return between.join(pad + piece for piece in pieces)


@given(
    said=st.lists(statements(), min_size=1, max_size=6),
    width=st.integers(22, 60),
    between=st.sampled_from(["\n", "\n\n", "\n \n\n"]),
    pad=st.sampled_from(["", " ", "　　"]),
    page_break=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_what_is_said_is_read(said: list[Said], width: int, between: str, pad: str, page_break: bool) -> None:
    """However the lines break, each figure comes back with its subject, sign and reason, and none is left over."""
    lines = ["一、支出预算情况说明"]
    for number, item in enumerate(said, 1):
        lines.append(broken(f"{number}.{item.sentence()}", width, between, pad))
        if page_break:
            lines.append(f"— {number} —")
    document = parse_text("\n".join(lines).encode(), "invented.txt")
    reader = Reader(Defaults(YEAR, "budget"))
    reader.read(paragraphs(prose_lines(document)))
    found = [
        (item.subject, item.measure, show(item.value), show(item.change), show(item.change_pct), item.reason)
        for item in reader.statements()
    ]
    assert found == [row for item in said for row in item.read()]
    assert reader.leftovers == []
