"""What can go wrong in a way a person must hear about, each with its place and its remedy.

A report that contradicts itself is never an error here: that is a finding. These are raised where mbkg cannot go on
with one file or one command; the command line prints them as one line and moves to the next file.
"""

from __future__ import annotations

from dataclasses import dataclass


class MbkgError(Exception):
    """Base of everything mbkg raises on purpose; `str()` is one Chinese line for people."""


@dataclass
class UnreadableFile(MbkgError):
    """A file whose bytes are not a text we can read."""

    file: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}：无法读取，{self.why}。{self.remedy}"


@dataclass
class NotAReport(MbkgError):
    """A readable text in which no budget or final-account table was recognised."""

    file: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}：没有识别出预算或决算表，{self.why}。原文未作任何改动；如确为报告，请检查是否只含目录或扫描图片。"


@dataclass
class BlankForm(MbkgError):
    """A report's form that nobody has filled in: tables without one figure. Nothing went wrong, and there is nothing to keep."""

    file: str

    def __str__(self) -> str:
        return f"{self.file}：是空白样表，没有数字。"


@dataclass
class UnknownIdentity(MbkgError):
    """A report that does not say whose it is, or of which year."""

    file: str
    missing: str

    def __str__(self) -> str:
        return f"{self.file}：读出了表格，但没有找到{self.missing}，无法确定这是谁的、哪一年的报告，未入图。"


@dataclass
class GraphMissing(MbkgError):
    """The knowledge graph asked for is not there or not whole."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}：{self.why}。请先运行 mbkg build。"


@dataclass
class BadQuery(MbkgError):
    """A SPARQL query the engine refuses."""

    message: str

    def __str__(self) -> str:
        return f"SPARQL 查询有误：{self.message}"


@dataclass
class BadInput(MbkgError):
    """A path or option the user gave that cannot be used."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}。{self.remedy}"


@dataclass
class BuildRunning(MbkgError):
    """Another build holds the lock of this knowledge graph."""

    where: str
    process: str

    def __str__(self) -> str:
        return f"{self.where}：另一个 mbkg build 正在写入（进程 {self.process or '未知'}）。请等它结束后再试；查询不受影响。"


@dataclass
class StoreRefused(MbkgError):
    """A remote SPARQL store that cannot be reached or refuses a request."""

    url: str
    why: str

    def __str__(self) -> str:
        return f"{self.url}：{self.why}。请检查地址、网络和写入权限。"


@dataclass
class BadShape(MbkgError):
    """A shape file that cannot be used as a rule."""

    file: str
    why: str

    def __str__(self) -> str:
        return f"规则文件 {self.file}：{self.why}。"
