"""Web pages, spreadsheets that are web pages, Markdown with HTML tables, CSV; and that contents decide, not names."""

from __future__ import annotations

import pytest

from mbkg.documents import GridCell, parse_document
from mbkg.documents.detect import kind_of

from .builders import as_docx, as_html, as_xls, as_xlsx, rows_of, texts_of

TABLE = [[GridCell("项目", 0), GridCell("金额", 1)], [GridCell("合计", 0), GridCell("1,234.50", 1)]]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\xef\xbb\xbf\r\n junk %PDF-1.4\n", "pdf"),
        (PNG, "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"II*\x00\x08\x00\x00\x00", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00" + b"\0" * 40, "image"),
        (as_docx(TABLE), "docx"),
        (as_xlsx(TABLE), "xlsx"),
        (as_xls(TABLE), "xls"),
        (as_html(TABLE), "html"),
        ("<HTML><BODY>预算".encode("gbk"), "html"),
        ("<html><body>预算".encode("utf-16"), "html"),
        ("收入总表\n合计 1,234.50 万元\n".encode(), "text"),
        ("| 项目 | 金额 |\n|---|---|\n| 合计 | <b>1.00</b> |\n".encode(), "text"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n", "mhtml"),
    ],
)
@pytest.mark.parametrize("name", ["report.pdf", "report.xls", "report"])
def test_contents_decide(data, kind, name):
    """The bytes say what a file is, whatever it is called."""
    assert kind_of(data, name) == kind


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("meta", ["", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'])
def test_encodings(encoding, meta):
    """A page is decoded by its mark, its declaration or its bytes; a wrong declaration does not spoil it."""
    if meta and encoding == "utf-8":
        meta = meta.replace("gb2312", "utf-8")
    page = f"<html><head>{meta}</head><body><p>离休人员医疗费</p><table><tr><td>合计</td><td>1.00</td></tr></table></body></html>"
    document = parse_document(page.encode(encoding), "a.html")
    assert [line.text for line in document.lines] == ["离休人员医疗费", "合计\t1.00"]


def test_excel_that_is_a_web_page():
    """What bureaus download as .xls: an HTML table of Excel's, with the row it hides for its own use."""
    page = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
    xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td{}</style></head>
    <body><table><tr><td colspan=3 class=xl24>收入
    总表</td></tr><tr><td rowspan=2>科目</td><td colspan=2>金额</td></tr><tr><td>上年</td><td>本年</td></tr>
    <tr><td><span style='mso-spacerun:yes'>&nbsp;&nbsp;</span>行政运行</td><td x:num="1234.5">1,234.50</td><td></td></tr>
    <![if supportMisalignedColumns]><tr height=0 style='display:none'><td>72</td><td>72</td><td>72</td></tr><![endif]>
    </table></body></html>"""
    document = parse_document(page.encode("gbk"), "收入总表.xls")
    assert document.format == "html"
    assert rows_of(document) == [
        [("收入总表", 0, 3, 1)],
        [("科目", 0, 1, 2), ("金额", 1, 2, 1)],
        [("上年", 1, 1, 1), ("本年", 2, 1, 1)],
        [("行政运行", 0, 1, 1), ("1,234.50", 1, 1, 1), ("", 2, 1, 1)],
    ]


def test_excel_that_is_tab_separated():
    """A .xls that is tab-separated text is read as that."""
    document = parse_document("项目\t金额\n合计\t1,234.50\n支出预算\t万元\n".encode("gb18030"), "收入总表.xls")
    assert document.format == "text"
    assert rows_of(document)[1] == [("合计", 0, 1, 1), ("1,234.50", 1, 1, 1)]


def test_layout_tables_scripts_and_breaks():
    """A frame is walked through in order; scripts, styles and navigation are not text; br ends a line."""
    page = """<html><head><title>x</title><script>var a='9.99'</script></head><body><nav>首页</nav>
    <table><tr><td>左栏</td><td><h1>部门预算</h1><p>一、收入<br/>二、支出</p>
    <table><caption>公开表1</caption><tbody><tr><th>项目<th>金额<tr><td>合计<td>2.00</table>
    说明</td></tr></table></body></html>"""
    document = parse_document(page.encode(), "a.html")
    assert [line.text for line in document.lines] == [
        "左栏",
        "部门预算",
        "一、收入",
        "二、支出",
        "公开表1",
        "项目\t金额",
        "合计\t2.00",
        "说明",
    ]


def test_spans_that_reach_too_far():
    """rowspan=0, spans beyond the table and a colspan that runs into a cell from above."""
    page = """<table><tr><td rowspan=0>甲</td><td>乙</td><td rowspan=9>丙</td></tr>
    <tr><td colspan=5>丁</td></tr><tr><td>1.00</td></tr></table>"""
    assert rows_of(parse_document(page.encode(), "a.html")) == [
        [("甲", 0, 1, 3), ("乙", 1, 1, 1), ("丙", 2, 1, 3)],
        [("丁", 1, 1, 1)],
        [("1.00", 1, 1, 1)],
    ]


def test_markdown_with_html_tables():
    """Text recognition writes tables as HTML into Markdown: lines stay lines, tables become grids."""
    table = "<table><tr><td>项目</td><td>金额</td></tr><tr><td>合计</td><td>1.00</td></tr></table>"
    text = f"# 第二部分 部门预算表\n单位：万元\n\n{table}\n注：本表\n"
    document = parse_document(text.encode(), "report.md")
    assert [line.text for line in document.lines] == [
        "# 第二部分 部门预算表",
        "单位：万元",
        "项目\t金额",
        "合计\t1.00",
        "注：本表",
    ]


def test_page_saved_in_one_file():
    """A web archive gives its HTML parts."""
    import base64

    body = base64.encodebytes(as_html(TABLE)).decode()
    part = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}"
    data = f'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n{part}\n--x--\n'
    assert rows_of(parse_document(data.encode(), "a.doc"))[1] == [("合计", 0, 1, 1), ("1,234.50", 1, 1, 1)]


def test_csv():
    """Quoted values hold commas and line breaks; rows are numbered as lines of the file; amounts in prose stay prose."""
    document = parse_document('收入总表\n项目,"金额\n万元"\n合计,"1,234.50"\n'.encode(), "a.csv")
    assert [(line.number, line.text) for line in document.lines] == [
        (1, "收入总表"),
        (2, "项目\t金额万元"),
        (3, ""),
        (4, "合计\t1,234.50"),
    ]
    assert [cell.text for cell in document.lines[3].cells] == ["合计", "1,234.50"]
    prose = parse_document("收入1,234.50万元，支出1,234.50万元。\n".encode(), "a.txt")
    assert texts_of(prose) == ["收入1,234.50万元，支出1,234.50万元。"]


def test_prose_page_with_amounts_is_kept():
    """A page without tables that states amounts may be the narrative half of a report."""
    sentence = "<p>收入预算1,234.50万元，其中财政拨款1,200.00万元，其他收入34.50万元；支出预算1,234.50万元，比上年增加10.00万元。</p>"
    document = parse_document(f"<html><body>{sentence}</body></html>".encode(), "说明.html")
    assert len(document.lines) == 1
