"""Word documents: order of the body, automatic numbers, tracked changes, text boxes, nested and irregular tables."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mbkg.documents import parse_document
from mbkg.documents.numbering import in_format

from .builders import rows_of, saved, texts_of, with_part

W = nsdecls("w")
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>
<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3.%5"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1部分"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def document_of(*blocks: str):
    """A Word file whose body is these pieces of WordprocessingML."""
    file = docx.Document()
    body = file.element.body
    for block in blocks:
        body.insert(len(body) - 1, parse_xml(block))
    return parse_document(with_part(saved(file), "word/numbering.xml", NUMBERING.encode()), "report.docx")


def p(text: str, properties: str = "") -> str:
    return f"<w:p {W}><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int, list_id: int = 1) -> str:
    return p(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list_id}'/></w:numPr>")


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl {W}><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_order_of_the_body():
    """Text and tables come in print order, tables as grids with numbers of their own; Word has no pages."""
    document = document_of(
        p("收支总表"),
        tbl(tc("收入") + tc("1.00")),
        p("中间"),
        f"<w:sdt {W}><w:sdtContent>{tbl(tc('支出') + tc('2.00'))}</w:sdtContent></w:sdt>",
    )
    assert [(line.text, line.grid, line.page) for line in document.lines] == [
        ("收支总表", None, None),
        ("收入\t1.00", 0, None),
        ("中间", None, None),
        ("支出\t2.00", 1, None),
    ]


def test_automatic_numbers():
    """Numbers that Word makes are printed, restart below a higher heading, and count on after other text."""
    document = document_of(
        numbered("部门概况", 0, 2),
        numbered("收入", 0),
        numbered("财政拨款", 1),
        numbered("其他", 1),
        numbered("支出", 0),
        numbered("基本支出", 1),
        numbered("工资", 2),
        numbered("附注", 3),
        numbered("津贴", 2),
        numbered("细目", 4),
        numbered("另起", 0, 3),
        p("没有编号", "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='0'/></w:numPr>"),
    )
    assert texts_of(document) == [
        "第一部分 部门概况", "一、收入", "（一）财政拨款", "（二）其他", "二、支出", "（一）基本支出",
        "1.工资", "附注", "2.津贴", "2.1 细目", "一、另起", "没有编号",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "format", "shown"),
    [
        (10, "chineseCounting", "十"),
        (11, "chineseCountingThousand", "十一"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
        (3, "ideographTraditional", "丙"),
        (7, "unheardOf", "7"),
    ],
)
def test_number_formats(number, format, shown):
    """Numbers as Word spells them."""
    assert in_format(number, format) == shown


def test_numbered_column():
    """A 序号 column that Word numbers reads as printed."""
    properties = "<w:numPr><w:ilvl w:val='2'/><w:numId w:val='1'/></w:numPr>"
    cell = f"<w:tc>{p('', properties)}</w:tc>"
    document = document_of(tbl(tc("序号") + tc("项目"), cell + tc("甲"), cell + tc("乙")))
    assert [[text for text, *_ in row] for row in rows_of(document)] == [["序号", "项目"], ["1.", "甲"], ["2.", "乙"]]


def test_tracked_changes_and_hidden_text():
    """An insertion is printed; a deletion, a moved-away piece, hidden text and a deleted row are not."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    deleted = "<w:del w:id='2' w:author='a'><w:r><w:delText>1,000.00</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom w:id='3' w:author='a'>{run.format('旧')}</w:moveFrom>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
    inserted = f"<w:ins w:id='1' w:author='a'>{run.format('2,000.00')}</w:ins>"
    row = "<w:tr><w:trPr><w:del w:id='9' w:author='a'/></w:trPr>" + tc("删") + tc("9.99") + "</w:tr>"
    table = tbl(tc("合计") + tc("1.00")).replace("</w:tbl>", row + "</w:tbl>")
    document = document_of(
        f"<w:p {W}>{run.format('收入')}{deleted}{inserted}{moved}{hidden}{run.format('万元')}</w:p>", table
    )
    assert [line.text for line in document.lines] == ["收入2,000.00万元", "合计\t1.00"]


def test_spans_and_rows_that_begin_late():
    """gridSpan, vMerge, gridBefore and a vMerge that nothing began."""
    late = "<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + tc("小计") + tc("3.00") + "</w:tr>"
    table = tbl(
        tc("科目", "<w:vMerge w:val='restart'/>") + tc("金额", "<w:gridSpan w:val='2'/>"),
        tc("", "<w:vMerge/>") + tc("上年") + tc("本年"),
        tc("甲", "<w:vMerge/>") + tc("1.00") + tc("2.00"),
        tc("乙") + tc("丙", "<w:vMerge/>") + tc("4.00"),
    ).replace("</w:tbl>", late + "</w:tbl>")
    assert rows_of(document_of(table)) == [
        [("科目", 0, 1, 3), ("金额", 1, 2, 1)],
        [("上年", 1, 1, 1), ("本年", 2, 1, 1)],
        [("1.00", 1, 1, 1), ("2.00", 2, 1, 1)],
        [("乙", 0, 1, 1), ("丙", 1, 1, 1), ("4.00", 2, 1, 1)],
        [("", 0, 1, 1), ("小计", 1, 1, 1), ("3.00", 2, 1, 1)],
    ]


def test_borders_that_just_miss_each_other():
    """A heading whose border lies half a millimetre beside that of its column still stands over it."""
    two = "<w:gridSpan w:val='2'/>"
    table = tbl(tc("项目") + tc("上年", two) + tc("本年"), tc("合计", two) + tc("1.00") + tc("2.00"))
    grid = "".join(f"<w:gridCol w:w='{width}'/>" for width in (3000, 28, 1500, 1500))
    document = document_of(table.replace("<w:tblGrid/>", f"<w:tblGrid>{grid}</w:tblGrid>"))
    assert rows_of(document) == [
        [("项目", 0, 1, 1), ("上年", 1, 1, 1), ("本年", 2, 1, 1)],
        [("合计", 0, 1, 1), ("1.00", 1, 1, 1), ("2.00", 2, 1, 1)],
    ]


def test_frames_and_tables_in_cells():
    """A table that only arranges others is walked through; a table in a cell of a real one follows it."""
    inner = tbl(tc("项目") + tc("金额"), tc("合计") + tc("5.00"))
    cell = f"<w:tc>{p('单位：万元')}{inner}{p('')}</w:tc>"
    framed = document_of(f"<w:tbl {W}><w:tblPr/><w:tblGrid/><w:tr>{cell}</w:tr></w:tbl>")
    assert [line.text for line in framed.lines if line.text] == ["单位：万元", "项目\t金额", "合计\t5.00"]
    real = document_of(f"<w:tbl {W}><w:tblPr/><w:tblGrid/><w:tr>{tc('甲') + tc('乙') + tc('丙')}{cell}</w:tr></w:tbl>")
    assert [line.text for line in real.lines if line.text] == ["甲\t乙\t丙\t单位：万元", "项目\t金额", "合计\t5.00"]


def test_text_box_is_read_once():
    """A text box stands twice in the file, for new and old Word, and is printed once."""
    box = f"<w:txbxContent>{p('单位：万元')}</w:txbxContent>"
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    old = f"<w:pict><v:textbox>{box}</v:textbox></w:pict>"
    new = f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
    both = f"<mc:AlternateContent><mc:Choice Requires='wps'>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    document = document_of(f"<w:p {W} {spaces}><w:r>{both}</w:r><w:r><w:t>收支总表</w:t></w:r></w:p>")
    assert texts_of(document) == ["收支总表", "单位：万元"]


def test_lines_in_cells_and_paragraphs():
    """A break inside a paragraph begins a line; a name wrapped inside a cell is one name."""
    run = "<w:r><w:t>机关事业单位</w:t><w:br/><w:t>基本养老保险</w:t></w:r>"
    document = document_of(f"<w:p {W}>{run}</w:p>", tbl(f"<w:tc><w:p>{run}</w:p></w:tc>" + tc("1.00")))
    assert [line.text for line in document.lines] == ["机关事业单位", "基本养老保险", "机关事业单位基本养老保险\t1.00"]


def test_large_pictures_are_said():
    """A table pasted into Word as a picture is said to be unread; a seal is not worth a word."""
    drawing = "<w:p {} xmlns:wp='x'><w:r><w:drawing><wp:inline><wp:extent cx='{}' cy='{}'/></wp:inline></w:drawing></w:r></w:p>"
    document = document_of(p("部门预算"), drawing.format(W, 5_000_000, 3_000_000), drawing.format(W, 500_000, 500_000))
    assert document.notes == ("文档里有 1 张较大的图片，图片里的文字没有读取。",)
