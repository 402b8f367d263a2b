"""The optional API key: where it comes from, and whether a request carries it."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from pathlib import Path

from mbkg.errors import BadInput

_SHORTEST = 8


def read_key(file: Path | None) -> str:
    """The key from a file, else from MBKG_API_KEY, which no process started from here inherits; blank for none.

    Raises:
        BadInput: the file cannot be read, or what it holds is no key.
    """
    key = os.environ.pop("MBKG_API_KEY", "").strip()
    if file is not None:
        try:
            key = file.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeError) as error:
            raise BadInput(f"--api-key-file {file}：无法读取", "请给出只含一行密钥的文本文件") from error
        if not key:
            raise BadInput(f"--api-key-file {file}：文件是空的", "请写入一行密钥")
    if key and (len(key) < _SHORTEST or not key.isascii() or not key.isprintable() or " " in key):
        raise BadInput("密钥不可用", f"密钥至少 {_SHORTEST} 个字符，只用英文字母、数字和符号")
    return key


def carries(headers: dict[bytes, bytes], key: str) -> bool:
    """Whether a request's headers carry the key: `Authorization: Bearer`, `X-API-Key`, or as the password a browser asks for.

    The comparison takes the same time however much of a guess is right.
    """
    given = [headers.get(b"x-api-key", b"")]
    scheme, _, rest = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        given.append(rest.strip())
    elif scheme.lower() == b"basic":
        try:
            given.append(base64.b64decode(rest.strip(), validate=True).partition(b":")[2])
        except (binascii.Error, ValueError):
            given.append(b"")
    wanted = key.encode()
    same = [hmac.compare_digest(one, wanted) for one in given]  # every one compared, whichever fits
    return any(same)
