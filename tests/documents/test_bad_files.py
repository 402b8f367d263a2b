"""What cannot be read is refused in one sentence that says what to do, soon and without filling the memory."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from contextlib import suppress

import pytest

from mbkg.documents import GridCell, limits, parse_document, read_document
from mbkg.errors import UnreadableFile

from .builders import as_docx, as_html, as_xls, as_xlsx, part_of, rows_of, with_part, zipped

SOON = 20.0  # seconds; a refusal takes far less, the bound only has to hold on a busy machine
TABLE = [[GridCell("项目", 0), GridCell("金额", 1)], [GridCell("合计", 0), GridCell("1,234.50", 1)]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LOGIN = """<!DOCTYPE html><title>统一登录</title><form><table><tr><td>用户名<td><input></tr><tr><td>密码<td><input type=password></tr>
</table></form>"""
NOT_FOUND = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
WORD_2003 = b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>'
EXCEL_2003 = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def ole_with(*streams: str) -> bytes:
    """The container of old Office files with these streams in its directory and nothing in them."""
    entries = b""
    for stream in streams:
        name = stream.encode("utf-16-le")
        entries += name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little") + b"\x02" + b"\0" * 61
    return OLE.ljust(512, b"\0") + entries.ljust(4096, b"\0")


def bomb(part: str, megabytes: int) -> bytes:
    """A zip whose one big part is blanks: a thousandth of what it inflates to."""
    return zipped({"[Content_Types].xml": b"<Types/>", part: b" " * (megabytes * 1_000_000)})


def lying_bomb() -> bytes:
    """A zip that claims a small part in its directory but packs a big one."""
    data = bytearray(bomb("word/document.xml", 60))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def entity_bomb(data: bytes, part: str) -> bytes:
    content = part_of(data, part)
    declaration, _, rest = content.partition(b"?>")
    return with_part(data, part, declaration + b"?>" + ENTITIES + rest)


def many_entries() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(limits.MAX_ENTRIES + 1):
            archive.writestr(f"word/{number}", b"")
    return stream.getvalue()


def big_string_everywhere() -> bytes:
    """A workbook that refers a hundred thousand times to one string of thirty thousand characters."""
    data = with_strings("甲" * 30_000)
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_000))
    sheet = f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"
    return with_part(data, "xl/worksheets/sheet1.xml", sheet.encode())


def with_strings(*strings: str) -> bytes:
    """A workbook whose first cell shows the first shared string."""
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    data = with_part(as_xlsx(TABLE), "xl/sharedStrings.xml", f"<sst {MAIN}>{items}</sst>".encode())
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    sheet = f"<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"
    return with_part(data, "xl/worksheets/sheet1.xml", sheet.encode())


REFUSED = {
    "empty.pdf": (b"", "文件是空的"),
    "blanks.docx": (b"\0\0\0 \r\n", "只有空白"),
    "not-found.pdf": (NOT_FOUND, "网页“404 Not Found”"),
    "login.pdf": (LOGIN.encode(), "网页“统一登录”"),
    "gbk-error.xls": ("<html><body><div>您访问的页面不存在，预算公开请看首页</div></body></html>".encode("gbk"), "不是报告"),
    "archive.pdf": (b"Rar!\x1a\x07\x01\x00" + b"x" * 100, "RAR 压缩包"),
    "archive.zip": (zipped({"报告.pdf": b"%PDF-1.7"}), "ZIP 压缩包"),
    "paper.ofd": (zipped({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<x/>"}), "OFD"),
    "slides.pptx": (zipped({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}), "演示文稿"),
    "open.odt": (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}), "OpenDocument"),
    "binary.xlsb": (zipped({"xl/workbook.bin": b"\0"}), "xlsb"),
    "old.doc": (ole_with("WordDocument", "Workbook"), "旧版 Word"),
    "kingsoft.wps": (ole_with("WordDocument"), "旧版 Word"),
    "locked.docx": (ole_with("EncryptionInfo", "EncryptedPackage"), "打开密码"),
    "unknown.doc": (ole_with("Something"), "旧版 Office"),
    "broken.xls": (ole_with("Workbook"), "损坏"),
    "text.rtf": (rb"{\rtf1\ansi hello}", "RTF"),
    "word-2003.doc": (WORD_2003, "XML 格式的 Word"),
    "excel-2003.xls": (EXCEL_2003, "XML 格式的旧版 Excel"),
    "noise.docx": (bytes(random.Random(1).randbytes(5000)) + b"\0", "二进制"),
    "cut.docx": (as_docx(TABLE)[:-400], "损坏"),
    "cut.xlsx": (as_xlsx(TABLE)[:2000], "损坏"),
    "cut.xls": (as_xls(TABLE)[:3000], "损坏"),
    "no-body.docx": (with_part(as_docx(TABLE), "word/document.xml", b"<w/>"), "损坏"),
    "no-xml.docx": (with_part(as_docx(TABLE), "word/document.xml", b"<w:document"), "损坏"),
    "no-sheet.xlsx": (with_part(as_xlsx(TABLE), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "损坏"),
    "bad-string.xlsx": (with_strings(), "损坏"),
    "bomb.docx": (bomb("word/document.xml", 300), "压缩炸弹"),
    "bomb.xlsx": (bomb("xl/workbook.xml", 300), "压缩炸弹"),
    "lying.docx": (lying_bomb(), "损坏"),
    "entries.docx": (many_entries(), "条目"),
    "entities.docx": (entity_bomb(as_docx(TABLE), "word/document.xml"), "DTD"),
    "entities.xlsx": (entity_bomb(as_xlsx(TABLE), "xl/worksheets/sheet1.xml"), "DTD"),
    "deep.docx": (with_part(as_docx(TABLE), "word/document.xml", b"<a>" * 100_000), "损坏"),
    "repeated.xlsx": (big_string_everywhere(), "多得不像一份报告"),
    "wide.html": (b"<table>" + b"<tr><td colspan=1000 rowspan=60000>1.00</td></tr>" * 20_000 + b"</table>", "大得不像一份报告"),
    "nested.html": (b"<div>" * 5_000 + b"1.00" + b"</div>" * 5_000, "嵌套异常"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name):
    """Every bad file gives one line naming the file, what is wrong and what to do; never a traceback."""
    data, why = REFUSED[name]
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        parse_document(data, name)
    assert time.monotonic() - started < SOON
    message = str(caught.value)
    assert message.startswith(f"{name}：无法读取，")
    assert why in message
    assert "\n" not in message
    assert caught.value.remedy.startswith("请")
    assert len(message) < 160


def test_encrypted_xls():
    """A workbook of the old format that is locked by its FILEPASS record."""
    data = as_xls(TABLE)
    at = data.index(b"\x09\x08\x10\x00", 512) + 20  # behind the first BOF record
    locked = data[:at] + b"\x2f\x00\x06\x00\x00\x00\x11\x22\x33\x44" + data[at + 10 :]
    with pytest.raises(UnreadableFile, match="打开密码"):
        parse_document(locked, "locked.xls")


def test_too_large_on_disk(tmp_path):
    """The size is looked at before the file is read."""
    path = tmp_path / "huge.pdf"
    with path.open("wb") as stream:
        stream.truncate(limits.MAX_FILE_BYTES + 1)
    with pytest.raises(UnreadableFile, match="超过上限 200 MB"):
        read_document(path)


def test_a_million_formatted_blank_rows():
    """Rows that only carry formats cost no memory and become no lines."""
    one = b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/><c r="C%d" s="1"/></row>'
    rows = b"".join(one % ((row,) * 4) for row in range(3, 1_000_001))
    sheet = part_of(as_xlsx(TABLE), "xl/worksheets/sheet1.xml").replace(b"</sheetData>", rows + b"</sheetData>")
    data = with_part(as_xlsx(TABLE), "xl/worksheets/sheet1.xml", sheet)
    started = time.monotonic()
    document = parse_document(data, "blank.xlsx")
    assert time.monotonic() - started < SOON
    assert len(document.lines) == 2


def test_far_away_cell_does_not_fill_the_sheet():
    """One forgotten cell in the last column of the last row leaves the table as it is."""
    grid = [*TABLE, *([] for _ in range(3))]
    data = as_xlsx(grid)
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    )
    rows = rows_of(parse_document(with_part(data, "xl/worksheets/sheet1.xml", sheet), "far.xlsx"))
    assert [[text for text, *_ in row if text] for row in rows] == [["项目", "金额"], ["合计", "1,234.50"], ["x"]]


@pytest.mark.parametrize("format", ["docx", "xlsx", "xls", "html"])
def test_any_damage_is_one_sentence(format):
    """Bytes changed or cut anywhere: the file is read or refused, nothing else happens."""
    whole = {"docx": as_docx, "xlsx": as_xlsx, "xls": as_xls, "html": as_html}[format](TABLE)
    dice = random.Random(format)
    for _ in range(150):
        data = bytearray(whole[: dice.randrange(1, len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 20)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(UnreadableFile):
            parse_document(bytes(data), f"damaged.{format}")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
from pathlib import Path
from mbkg.documents import read_document
from mbkg.errors import UnreadableFile
for path in sys.argv[1:]:
    try:
        print(len(read_document(Path(path)).lines))
    except UnreadableFile as error:
        print("refused")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space as Linux does")
def test_within_a_gigabyte(tmp_path):
    """What is made to fill the memory stays within a gigabyte of address space, a process with nothing else in it."""
    names = ["bomb.docx", "bomb.xlsx", "entries.docx", "repeated.xlsx", "wide.html", "deep.docx"]
    for name in names:
        (tmp_path / name).write_bytes(REFUSED[name][0])
    command = [sys.executable, "-c", LIMITED, *(str(tmp_path / name) for name in names)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["refused"] * len(names)
