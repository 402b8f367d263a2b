"""The forms of answers, for the documentation: what is said here is what the tests hold the server to."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = int | float
Severity = Literal["violation", "warning", "info"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="allow")


class Error(BaseModel):
    """没有得到答复的原因。"""

    error: str = Field(description="给程序看的代码", examples=["bad_request"])
    message: str = Field(description="给人看的一句话", examples=["参数有误：缺少 q。"])


class Value(_Form):
    """一个数和它的单位。"""

    value: Number
    unit: str


class Place(_Form):
    """一个数字印在哪里。"""

    report: str
    unit: str
    year: int
    table: str
    row: str
    column: str
    printed: str
    file: str
    page: int | None
    line: int | None


class Answer(_Form):
    """一个问题的回答；`values`、`entities`、`rows` 只含所问的内容。"""

    id: Any = None
    question: str
    status: Literal["answered", "no_data", "out_of_scope", "ambiguous"]
    answered: bool
    text: str = Field(description="整个回答：怎样理解、数字、口径、依据")
    values: list[Value]
    entities: list[str]
    rows: list[dict[str, Any]]
    basis: str = Field(description="口径")
    sparql: str = Field(description="得出它的查询")
    evidence: list[Place] = Field(description="印在原件何处")
    confidence: float = Field(ge=0, le=1)
    elapsed_ms: float
    reason: str = Field(description="没有回答的原因代码")
    plan: str = Field(description="查询计划，一行 JSON")
    yesno: bool | None = None


class Question(BaseModel):
    """一个问题。"""

    question: str = Field(min_length=1, max_length=2000, examples=["哪个单位离休人员人均费用最高"])
    id: Any = Field(default=None, description="原样带回")


class Suggestion(BaseModel):
    """一个可以直接提出的问题。"""

    question: str
    kind: str = Field(description="由什么补全：measure 指标、code 科目、project 项目、unit 单位")


class Suggestions(BaseModel):
    suggestions: list[Suggestion]


class Report(_Form):
    """图中的一份报告和它的读取情况。"""

    report: str
    unit: str
    year: int
    kind: str
    scope: str
    title: str
    file: str


class Reports(BaseModel):
    reports: list[Report]


class Unit(_Form):
    """报告说到的一个单位；`reports` 为 0 的只是被提到。"""

    unit: str
    region_code: str
    region: str
    superior: str
    departments: int
    subordinates: int
    reports: int
    years: list[int]


class Units(BaseModel):
    units: list[Unit]


class Finding(_Form):
    """一项核对发现。"""

    rule: str
    name: str
    outcome: Literal["violated", "rounding", "not_evaluable"]
    severity: Severity
    report: str
    unit: str
    year: int
    message: str
    difference: Number | None
    tolerance: Number | None
    operands: list[dict[str, Any]]


class Checks(_Form):
    """核对了多少项，各有什么结果。"""

    total: int
    run: int
    holds: int
    rounding: int
    violated: int
    not_evaluable: int


class Validation(_Form):
    """核对结果，与 `mbkg validate --format json` 相同。"""

    conforms: bool
    checks: Checks
    reports: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    findings: list[Finding]
    problems: list[str]


class LeanQuery(BaseModel):
    """TEXT2SPARQL 的答复：只选出答案的一个查询。"""

    dataset: str
    question: str
    query: str
