"""The command line: one short command per stage. Messages are Chinese; an error is one line on stderr, never a traceback.

Everything costly is imported inside the command that needs it, so that a question never waits for what only a build uses.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from mbkg.errors import BadInput, MbkgError

app = typer.Typer(
    help="医保部门预算、决算公开报告：读成知识图谱，用 SPARQL 查，用中文问。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

KgOption = Annotated[
    str | None,
    typer.Option(
        "--kg", help="知识图谱所在文件夹，或 SPARQL 1.1 服务的 URL；默认取环境变量 MBKG_KG，再默认为当前目录下的 .mbkg"
    ),
]
PathsArgument = Annotated[list[Path] | None, typer.Argument(help="报告文件或文件夹；不给则为随包发布的 data/reports")]


@app.command()
def build(
    paths: PathsArgument = None,
    kg: KgOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="读取报告以 JSON 输出")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="从空图开始，不保留以前读入的报告")] = False,
    limit: Annotated[float, typer.Option("--limit", min=0, help="每个文件最多读多少秒；0 为不限")] = 300.0,
    watch: Annotated[
        bool, typer.Option("--watch", help="一直看着文件夹，有新的或改过的文件就读入；Ctrl-C 结束")
    ] = False,
    interval: Annotated[float, typer.Option("--interval", min=0.1, help="--watch 时隔多少秒看一次")] = 5.0,
) -> None:
    """读取报告，建立知识图谱；未变的文件跳过，结尾给出读取报告。"""
    from mbkg.cli_build import run_build, run_watch

    if watch:
        raise typer.Exit(run_watch(paths or [], kg, fresh=fresh, seconds=limit, interval=interval))
    raise typer.Exit(run_build(paths or [], kg, as_json=as_json, fresh=fresh, seconds=limit))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="用中文提出的问题")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象")] = False,
    batch: Annotated[Path | None, typer.Option("--batch", help='每行一个 {"id","question"} 的 JSONL 文件')] = None,
    explain: Annotated[bool, typer.Option("--explain", help="另附提及、计划、SPARQL 和用时")] = False,
    kg: KgOption = None,
) -> None:
    """回答问题，附口径、SPARQL 和印刷依据；首次使用时先用随包报告建图。"""
    from mbkg.cli_ask import run_ask

    raise typer.Exit(run_ask(question, as_json, batch, kg, explain=explain))


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="问题与标准答案，每行一个 JSON 对象")],
    kg: KgOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="另列出没有答对的问题")] = False,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="不再提问，给 mbkg ask --batch 的这份输出评分")
    ] = None,
    details: Annotated[Path | None, typer.Option("--details", help="把逐题的回答和判分写入这个 JSONL 文件")] = None,
    at_least: Annotated[
        float, typer.Option("--at-least", min=0, max=100, help="正确率低于这个百分数时退出码为 1")
    ] = 0.0,
) -> None:
    """用带标准答案的问题评测问答：正确率、准确率、拒答召回率、可靠性 RS(c)、用时。"""
    from mbkg.cli_eval import run_eval

    raise typer.Exit(
        run_eval(file, kg, as_json=as_json, wrong=wrong, answers=answers, details=details, at_least=at_least)
    )


@app.command()
def chat(kg: KgOption = None) -> None:
    """连续提问：「那烟台呢？」「2024年呢」接着上一问，每次说明沿用了什么；/help 看用法，Ctrl-D 结束。"""
    from mbkg.cli_chat import run_chat

    raise typer.Exit(run_chat(kg))


@app.command()
def query(
    sparql: Annotated[str, typer.Argument(help="SPARQL 查询，或存有查询的文件；- 表示标准输入")],
    form: Annotated[str, typer.Option("--format", "-f", help="table、csv、json、xml 或 ttl")] = "table",
    kg: KgOption = None,
) -> None:
    """执行 SPARQL 查询；不写 GRAPH 时查所有图，常用前缀（mb: skos: org: prov: qb: …）不必声明。"""
    from mbkg.cli_output import FORMATS, print_result
    from mbkg.graph.store import open_graph

    _one_of("--format", form, FORMATS)
    graph = open_graph(kg)
    print_result(graph.query(_query_text(sparql)), form)


@app.command()
def cells(
    paths: Annotated[list[Path] | None, typer.Argument(help="报告文件或文件夹；不给则输出图中所有单元格")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="csv")] = "csv",
    kg: KgOption = None,
) -> None:
    """输出每个印刷数字及其位置。"""
    from mbkg.graph.store import open_graph
    from mbkg.graph.tables import write_csv

    _one_of("--format", form, ("csv",))
    if paths:
        from mbkg.graph.preview import preview_graph

        graph, problems = preview_graph(paths)
        for problem in problems:
            _say(problem)
        if not graph.has_reports:
            raise typer.Exit(2)
        write_csv(graph.store, "cells", sys.stdout)
    else:
        write_csv(open_graph(kg), "cells", sys.stdout)


@app.command()
def export(
    form: Annotated[str, typer.Option("--format", "-f", help="nq、ttl、jsonld、csv 或 xlsx")] = "nq",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="输出文件；csv 为文件夹。不给则写到标准输出（csv 为 ./out，xlsx 为 ./mbkg.xlsx）"
        ),
    ] = None,
    kg: KgOption = None,
) -> None:
    """导出知识图谱（nq 逐行排序，两次构建逐字节相同），或导出为表。"""
    from mbkg.graph.store import open_graph

    _one_of("--format", form, ("nq", "ttl", "jsonld", "csv", "xlsx"))
    graph = open_graph(kg)
    if form == "xlsx":
        from mbkg.graph.tables import export_xlsx

        book = out or Path("mbkg.xlsx")
        counts = export_xlsx(graph, book)
        _say(f"已写入 {book}：" + "，".join(f"{name} {count} 行" for name, count in counts.items()))
        return
    if form == "csv":
        from mbkg.graph.tables import export_csv

        folder = out or Path("out")
        counts = export_csv(graph, folder)
        _say(f"已写入 {folder}：" + "，".join(f"{name}.csv {count} 行" for name, count in counts.items()))
        return
    from mbkg.graph.export import write_jsonld, write_nquads, write_turtle

    write = {"nq": write_nquads, "ttl": write_turtle, "jsonld": write_jsonld}[form]
    if out is None:
        write(graph, sys.stdout.buffer)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("wb") as stream:
            count = write(graph, stream)
        _say(f"已写入 {out}：{count} 条")


@app.command()
def info(kg: KgOption = None, as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False) -> None:
    """图中有哪些报告、年度、单位、三元组和规则。"""
    from mbkg.cli_info import print_info

    print_info(kg, as_json)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="一个报告文件")],
    page: Annotated[int | None, typer.Option("--page", min=1, help="只看这一页（工作簿为第几张工作表）")] = None,
    png: Annotated[Path | None, typer.Option("--png", help="把每页连同认出的格子画成图，写入这个文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象")] = False,
) -> None:
    """说明一个文件逐页识别出了什么、为什么、剩下什么。"""
    from mbkg.cli_inspect import run_inspect

    raise typer.Exit(run_inspect(file, page=page, png=png, as_json=as_json))


@app.command()
def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="报告文件、文件夹，或 mbkg 导出的 RDF 文件；不给则核对知识图谱")
    ] = None,
    kg: KgOption = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="text、json、ttl、html 或 csv；不给则看 --out 的后缀，再默认为 text")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="写入这个文件；不给则写到标准输出")] = None,
    report: Annotated[
        list[str] | None, typer.Option("--report", help="只核对这些报告：名称、单位（的一部分）、年度；可多次给出")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="只用这些规则：编号、编号样式（sum-*）、类别；可多次给出")
    ] = None,
    severity: Annotated[
        str, typer.Option("--severity", help="只用至少这样严重的规则：violation、warning 或 info")
    ] = "info",
    engine: Annotated[
        str, typer.Option("--engine", help="oxigraph；pyshacl 则再由 pySHACL 复核，结论不同即报错")
    ] = "oxigraph",
    shapes: Annotated[Path | None, typer.Option("--shapes", help="另加的规则文件，或它们所在的文件夹")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="text 只列各报告的结论，不列各项发现")] = False,
) -> None:
    """按 SHACL 规则核对勾稽关系；退出码 0 相符，1 有不符，2 有文件没能核对。"""
    from mbkg.cli_validate import Wanted, run_validate

    wanted = Wanted(paths or (), kg, form, out, report or (), rule or (), severity, engine, shapes, summary)
    raise typer.Exit(run_validate(wanted))


@app.command()
def rules(
    form: Annotated[
        str, typer.Option("--format", "-f", help="text、json 或 ttl（全部规则合为一张 SHACL 图）")
    ] = "text",
) -> None:
    """勾稽规则目录。"""
    from mbkg.cli_validate import run_rules_command

    raise typer.Exit(run_rules_command(form))


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址；默认只有本机能访问")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="监听的端口；0 为任意空闲端口")] = 8000,
    kg: KgOption = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="一个 SPARQL 查询最多多少秒")] = 30.0,
    rows: Annotated[int, typer.Option("--rows", min=1, help="一个查询最多给出多少行")] = 100_000,
    evaluators: Annotated[
        int | None, typer.Option("--evaluators", min=1, max=256, help="常备多少个计算进程；默认与处理器个数相同")
    ] = None,
    memory: Annotated[int, typer.Option("--memory", min=64, help="一个计算最多另占多少 MiB 内存")] = 2048,
    disk: Annotated[bool, typer.Option("--disk", help="图留在磁盘上，不载入内存；省内存，但慢")] = False,
    rate: Annotated[int, typer.Option("--rate", min=0, help="每个客户端每分钟最多多少次请求；0 为不限")] = 0,
    upload: Annotated[int, typer.Option("--upload", min=1, max=1024, help="送来核对的文件最大多少 MiB")] = 32,
    api_key_file: Annotated[
        Path | None,
        typer.Option(
            "--api-key-file", help="存有访问密钥的文件；也可用环境变量 MBKG_API_KEY。设了密钥，每个请求都须带上"
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", help="哪些网站的网页可以读取答复（CORS），如 https://example.org；默认都可以，none 为都不可以"
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="除 localhost 外还可用哪些名字访问；可多次给出")
    ] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="前面有本机的反向代理：以它的 X-Forwarded-For 为客户端地址")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="允许 SPARQL UPDATE（默认拒绝）")] = False,
    service: Annotated[bool, typer.Option("--service", help="允许查询里用 SERVICE 访问别的服务（默认拒绝）")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不为每个请求记一行日志")] = False,
) -> None:
    """SPARQL 1.1 服务（/sparql）、问答接口（/api/ask，说明在 /api/docs）、MCP（/mcp）和网页；Ctrl-C 停止。"""
    from mbkg.cli_serve import run_serve
    from mbkg.graph.store import kg_location
    from mbkg.serve.keys import read_key
    from mbkg.serve.settings import Settings

    more = {} if evaluators is None else {"evaluators": evaluators, "most_evaluators": max(8, 2 * evaluators)}
    settings = Settings(
        kg=kg_location(kg),
        host=host,
        port=port,
        query_seconds=timeout,
        rows=rows,
        memory=memory * 1024**2,
        in_memory=not disk,
        requests_per_minute=rate,
        upload_bytes=upload * 1024**2,
        api_key=read_key(api_key_file),
        origins=tuple(name for name in origin if name != "none") if origin else ("*",),
        hosts=tuple(allow_host or ()),
        behind_proxy=behind_proxy,
        update=update,
        service=service,
        log=not quiet,
        **more,
    )
    raise typer.Exit(run_serve(settings))


@app.command()
def mcp(
    kg: KgOption = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="一个 SPARQL 查询最多多少秒")] = 30.0,
    http: Annotated[
        bool, typer.Option("--http", help="不用标准输入输出，而在 http://127.0.0.1:端口/mcp 上服务")
    ] = False,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="--http 时监听的端口")] = 8000,
) -> None:
    """给大模型用的工具（MCP）：提问、SPARQL、报告清单、核对发现；默认经标准输入输出，由模型的客户端启动。"""
    from mbkg.cli_serve import run_mcp, run_serve
    from mbkg.graph.store import kg_location
    from mbkg.serve.keys import read_key
    from mbkg.serve.settings import Settings

    settings = Settings(kg=kg_location(kg), port=port, query_seconds=timeout, api_key=read_key(None) if http else "")
    raise typer.Exit(run_serve(settings) if http else run_mcp(settings))


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadInput(f"{option} {value} 不是可用的格式", f"请用 {'、'.join(allowed)}")


def _query_text(sparql: str) -> str:
    if sparql == "-":
        return sys.stdin.read()
    looks_like_path = "\n" not in sparql and "{" not in sparql and len(sparql) < 1000
    if looks_like_path:
        path = Path(sparql)
        if path.is_file():
            return path.read_text(encoding="utf-8-sig")
        if path.suffix in {".rq", ".sparql"}:
            raise BadInput(f"{sparql}：没有这个查询文件", "请检查路径")
    return sparql


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; whatever goes wrong becomes one line and an exit code."""
    raise SystemExit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """The same without leaving the process; returns the exit code."""
    try:
        code: Any = app(args=arguments, prog_name="mbkg", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except MbkgError as error:
        _say(str(error))
        return 2
    except (KeyboardInterrupt, typer.Abort):
        _say("已中断。知识图谱保持上一次完整的状态。")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    if hasattr(error, "format_message"):  # a usage error from the option parser
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return 0
        _say(f"用法有误：{error.format_message()} 用 mbkg --help 查看用法。")
        return 2
    if os.environ.get("MBKG_DEBUG"):
        raise error
    _say(f"内部错误：{type(error).__name__}：{' '.join(str(error).split())}（设置 MBKG_DEBUG=1 可看细节）")
    return 2


if __name__ == "__main__":
    main()
