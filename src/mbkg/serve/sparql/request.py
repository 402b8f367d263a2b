"""What a request to the endpoint asks for, read from its address, headers and body as the SPARQL 1.1 Protocol lays down.

Every parameter is percent-decoded exactly once and must be UTF-8; nothing is guessed where the two do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mbkg.serve.problems import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_MOST_PARAMETERS = 2000
_SHORTEST = 0.1
_LONGEST_KEPT = 4096
"""The longest address whose reading is kept for the next time."""
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii"})
_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs a protocol request names; where it names any, they stand in place of what the query names."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its operation, the dataset, and what the answer should be like."""

    operation: str
    """`query`, `update`, or `describe`: nothing was asked, so the service describes itself."""
    text: str
    dataset: Dataset
    formats: tuple[str, ...]
    """Formats by name or media type, the first that fits; none where the Accept header says it. Some clients send several names for one."""
    seconds: float
    """The time limit the client asks for; 0 where it asks for none."""


def read_request(method: str, query_string: bytes, headers: Mapping[bytes, bytes], body: bytes) -> Asked:
    """What one GET, HEAD or POST asks.

    Raises:
        Problem: 400 for parameters that are missing, doubled or not decodable; 415 for a body in another form.
    """
    if method != "POST":
        return _kept_address(query_string) if len(query_string) <= _LONGEST_KEPT else _address(query_string)
    given = parameters(query_string)
    kind, charset = _content_type(headers.get(b"content-type", b""))
    if kind not in (FORM, QUERY, UPDATE):
        raise Problem(
            415,
            "unsupported_media_type",
            f"POST 的 Content-Type 应为 {FORM}、{QUERY} 或 {UPDATE}"
            + (f"，不是 {kind}。" if kind else "，请求中没有。"),
        )
    if charset not in _UTF8:
        raise Problem(415, "unsupported_media_type", f"只接受 UTF-8 编码，不接受 {charset}。")
    if kind == FORM:
        return _asked((*given, *parameters(body)), "")
    operation = "query" if kind == QUERY else "update"
    return _asked((*given, (operation, _text(body, "请求体"))), operation)


def _address(query_string: bytes) -> Asked:
    given = parameters(query_string)
    if any(name == "update" for name, _ in given):
        raise Problem(400, "bad_request", "更新（update）只能用 POST 发送。")
    return _asked(given, "query")


_kept_address = lru_cache(maxsize=1024)(_address)


def parameters(encoded: bytes) -> Parameters:
    """Names and values in order, each decoded once; `+` is a space.

    Raises:
        Problem: 400 for an escape that is none, or bytes that are no UTF-8.
    """
    if not encoded:
        return ()
    pieces = encoded.split(b"&")
    if len(pieces) > _MOST_PARAMETERS:
        raise Problem(400, "bad_request", f"参数超过 {_MOST_PARAMETERS} 个。")
    if _BAD_ESCAPE.search(encoded):
        raise Problem(400, "bad_request", "百分号编码有误：% 之后应为两位十六进制数，% 本身应写作 %25。")
    found = []
    for piece in pieces:
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        if piece:
            label = _text(unquote_to_bytes(name), "参数名")
            found.append((label, _text(unquote_to_bytes(value), f"参数 {label[:40]} ")))
    return tuple(found)


def _asked(given: Parameters, operation: str) -> Asked:
    """The operation in the parameters; `operation` is the one that must be, blank where either may."""
    texts = [(name, value) for name, value in given if name in ("query", "update")]
    if len(texts) > 1:
        raise Problem(400, "bad_request", "一次请求只能有一个 query 或 update。")
    if not texts:
        if operation == "query" and not any(name.endswith("graph-uri") for name, _ in given):
            return Asked("describe", "", Dataset(), _formats(given), 0.0)
        raise Problem(400, "bad_request", "缺少 query 参数。")
    (name, text) = texts[0]
    if operation and name != operation:
        raise Problem(400, "bad_request", f"这里应为 {operation}，不是 {name}。")
    if not text.strip():
        raise Problem(400, "bad_request", f"{name} 是空的。")
    if "\x00" in text:
        raise Problem(400, "bad_request", f"{name} 中有 NUL 字符。")
    of = "using-" if name == "update" else ""
    default, named = ("using-graph-uri", "using-named-graph-uri") if of else ("default-graph-uri", "named-graph-uri")
    dataset = Dataset(_iris(given, default), _iris(given, named))
    return Asked(name, text, dataset, _formats(given), _seconds(_one(given, "timeout")))


def _one(given: Parameters, name: str) -> str:
    """The value of a parameter that may stand there once."""
    values = {value.strip() for key, value in given if key == name}
    if len(values) > 1:
        raise Problem(400, "bad_request", f"参数 {name} 有几个不同的值。")
    return next(iter(values), "")


def _formats(given: Parameters) -> tuple[str, ...]:
    return tuple(name for key, value in given if key == "format" for name in value.lower().replace(",", " ").split())


def _iris(given: Parameters, name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value for key, value in given if key == name))
    for iri in found:
        if _NO_IRI.search(iri) or not _SCHEME.match(iri):
            raise Problem(400, "bad_request", f"{name} 不是完整的 IRI：{iri[:200]}")
    return found


def _seconds(text: str) -> float:
    """A time limit in seconds."""
    if not text:
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not _SHORTEST <= seconds < 1e6:
        raise Problem(400, "bad_request", f"timeout 应为不小于 {_SHORTEST} 的秒数。")
    return seconds


def _content_type(header: bytes) -> tuple[str, str]:
    """The media type and the charset, in lower case."""
    kind, *rest = header.decode("latin-1").split(";")
    charset = ""
    for parameter in rest:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "bad_request", f"{what}不是 UTF-8 编码（第 {error.start + 1} 个字节）。") from None
