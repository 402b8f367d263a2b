"""`mbkg validate` and `mbkg rules` as a user meets them: every source gives the same findings, every failure one line."""

from __future__ import annotations

import csv
import io
import json
import sys
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from mbkg import cli
from mbkg.graph.build import build
from mbkg.validate.catalogue import load_rules, shape_files

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from test_store import SparqlServer

REPORT = Path(__file__).parent / "faces" / "qinghe-2025-budget.md"
FIXTURES = Path(__file__).parents[1] / "shapes"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one small report whose 款 does not add up, and of a second one that does."""
    root = tmp_path_factory.mktemp("faces")
    right = REPORT.read_text(encoding="utf-8").replace("51.00", "50.00").replace("2025年", "2024年")
    (root / "qinghe-2024-budget.md").write_text(right, encoding="utf-8")
    build([REPORT, root / "qinghe-2024-budget.md"], str(root / "kg"))
    return root


@pytest.fixture
def run(kg: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.setenv("MBKG_KG", str(kg / "kg"))
    monkeypatch.delenv("MBKG_DEBUG", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()

    return call


def findings(out: str) -> list[dict]:  # type: ignore[type-arg]
    return json.loads(out)["findings"]  # type: ignore[no-any-return]


def test_a_broken_sum_is_found_with_its_place(run: Run) -> None:
    code, out, err = run("validate", REPORT, "--rule", "sum-function", "--format", "json")
    assert (code, err) == (1, "")
    violated = [f for f in findings(out) if f["outcome"] == "violated"]
    assert {(f["left"], f["right"], f["difference"]) for f in violated} == {(350, 351, -1), (150, 151, -1)}
    left = violated[0]["operands"][0]
    assert (left["row_code"], left["printed"], left["line"]) == ("21015", "350.00", 16)
    assert violated[0]["unit"] == "青河市医疗保障局"


def test_a_report_that_ties_out_conforms(run: Run, kg: Path) -> None:
    code, out, err = run("validate", kg / "qinghe-2024-budget.md", "--rule", "sum-*")
    assert (code, err) == (0, "")
    assert "不符" not in out


def test_every_source_gives_the_same_findings(run: Run, kg: Path) -> None:
    """Read from files, from the graph, or from an export of it in any format: byte for byte the same."""
    code, from_graph, _ = run("validate", "--format", "json")
    assert code == 1
    for form in ("nq", "ttl", "jsonld"):
        run("export", "--format", form, "--out", kg / f"export.{form}")
        assert run("validate", kg / f"export.{form}", "--format", "json")[1] == from_graph
    assert findings(run("validate", REPORT, kg / "qinghe-2024-budget.md", "--format", "json")[1]) == findings(
        from_graph
    )
    (kg / "folder").mkdir()
    (kg / "export.ttl").rename(kg / "folder" / "export.ttl")
    assert run("validate", kg / "folder", "--format", "json")[1] == from_graph


def test_a_remote_store_gives_the_same_findings(run: Run, kg: Path) -> None:
    with _served(kg / "kg", run, kg) as url:
        assert run("validate", "--kg", url, "--format", "json")[1] == run("validate", "--format", "json")[1]
    assert run("validate", "--kg", "http://127.0.0.1:9/query")[0] == 2


class _served:  # noqa: N801
    """A SPARQL store that holds what a graph holds, and offers queries alone."""

    def __init__(self, _: Path, run: Run, root: Path) -> None:
        run("export", "--format", "nq", "--out", root / "served.nq")
        self.store = Store()
        self.store.bulk_load(path=str(root / "served.nq"), format=RdfFormat.N_QUADS)

    def __enter__(self) -> str:
        store = self.store

        class Handler(SparqlServer):
            def do_GET(self) -> None:  # noqa: N802
                self._answer(403)

            def do_POST(self) -> None:  # noqa: N802
                query = self.rfile.read(int(self.headers["Content-Length"])).decode()
                result = store.query(query, use_default_graph_as_union=True)
                graph = isinstance(result, QueryTriples)
                self._answer(
                    200,
                    (
                        serialize(result, format=RdfFormat.N_TRIPLES)
                        if graph
                        else result.serialize(format=QueryResultsFormat.JSON)
                    )  # type: ignore[arg-type,union-attr]
                    or b"",
                )

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/query"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_the_default_graph_is_built_on_first_use(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mbkg.graph import build as building

    asked = []

    def built(kg: str | None = None) -> None:
        asked.append(kg)
        build([REPORT], str(tmp_path / "new"))

    monkeypatch.setattr(building, "build", built)
    code, out, err = run("validate", "--kg", tmp_path / "new")
    assert (code, asked) == (1, [str(tmp_path / "new")])
    assert "还没有知识图谱" in err
    assert "青河市医疗保障局" in out


def test_reports_and_rules_can_be_chosen(run: Run) -> None:
    whole = json.loads(run("validate", "--report", "2024", "--rule", "sum-function", "--format", "json")[1])
    assert [report["year"] for report in whole["reports"]] == [2024]
    assert [each["id"] for each in whole["rules"]] == ["sum-function"]
    severe = json.loads(run("validate", "--severity", "violation", "--format", "json")[1])
    assert {each["severity"] for each in severe["rules"]} == {"violation"}


def test_a_bad_file_is_named_and_the_others_are_checked(run: Run, tmp_path: Path) -> None:
    """What could not be checked outweighs what was found: exit 2, never mistaken for passed."""
    (tmp_path / "broken.ttl").write_text("no turtle {", encoding="utf-8")
    code, out, err = run("validate", REPORT, tmp_path / "broken.ttl", tmp_path / "absent.pdf")
    assert code == 2
    assert "青河市医疗保障局" in out
    assert "没有核对的文件 2 个" in out
    assert sorted(line.partition("：")[0] for line in err.splitlines()) == sorted(
        [str(tmp_path / "absent.pdf"), "broken.ttl"]
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.ttl", "no turtle {", "不是合法的 RDF"),
        ("foreign.ttl", "<urn:a> <urn:b> <urn:c> .", "不是 mbkg 导出的图"),
        ("foreign.json", '{"a": 1}', "不是 mbkg 导出的图"),
        ("binary.nq", "\udcff\udcfe", "不是合法的 RDF"),
        ("letter.txt", "您好，兹收到来函。", "没有识别出预算或决算表"),
        ("empty.ttl", "", "不是 mbkg 导出的图"),
    ],
)
def test_bad_input_is_one_line(run: Run, tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    code, out, err = run("validate", tmp_path / name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_bad_options_are_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text(
        "@prefix mb: <https://w3id.org/mbkg/ontology#> . @prefix : <urn:x#> . :r a mb:Rule .", encoding="utf-8"
    )
    (tmp_path / "plain.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x#> . :s a sh:NodeShape .", encoding="utf-8"
    )
    (tmp_path / "none").mkdir()
    for arguments, said in (
        (("--report", "北京"), "没有这份报告"),
        (("--rule", "sum-fnction"), "是否指 sum-function"),
        (("--format", "xml"), "--format 没有 xml"),
        (("--severity", "grave"), "--severity 没有 grave"),
        (("--engine", "jena"), "--engine 没有 jena"),
        (("--shapes", tmp_path / "bad.ttl"), "规则文件 bad.ttl：规则 r 缺少"),
        (("--shapes", tmp_path / "none"), "没有 .ttl 规则文件"),
        (("--shapes", tmp_path / "plain.ttl"), "规则文件 plain.ttl：里面没有一条规则"),
        (("--out", tmp_path), "是文件夹"),
        ((tmp_path / "none",), "没有可读取的文件"),
    ):
        code, out, err = run("validate", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert said in err


def test_a_summary_tells_the_outcome_of_each_report_alone(run: Run) -> None:
    """Who asks for the summary gets the counts and why some checks could not be run, and no single finding."""
    code, out, _ = run("validate", REPORT, "--summary")
    assert code == 1
    assert "不符 2" in out
    assert "■" not in out
    assert "［sum-function" not in out
    assert "项不可核对，因为" in "".join(out.splitlines()[-3:])


def test_the_same_report_given_twice_is_said(run: Run, kg: Path) -> None:
    run("export", "--format", "nq", "--out", kg / "twice.nq")
    code, out, err = run("validate", REPORT, kg / "twice.nq", "--format", "json")
    assert code == 2
    assert "别的文件已经有了" in err
    assert len(json.loads(out)["reports"]) == 1


def test_a_report_to_which_no_rule_applies_has_not_passed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bare.ttl").write_text(
        "@prefix mb: <https://w3id.org/mbkg/ontology#> . <https://w3id.org/mbkg/data/report/x> a mb:Report .",
        encoding="utf-8",
    )
    code, _, err = run("validate", tmp_path / "bare.ttl", "--severity", "info")
    assert code in (1, 2)  # a rule may ask for tables; without one, nothing was checked
    assert code == 1 or "没有一项核对可以进行" in err


def test_extra_shapes_are_rules_like_ours(run: Run, tmp_path: Path) -> None:
    source = next(path for path in shape_files() if path.name == "sums.ttl").read_text(encoding="utf-8")
    head, _, rest = source.partition(":sum-function a")
    one = rest.split("] .", 1)[0] + "] .\n"
    (tmp_path / "own.ttl").write_text(f"{head}:own a{one.replace('sum-function', 'own-sum')}", encoding="utf-8")
    code, out, _ = run("validate", REPORT, "--shapes", tmp_path, "--rule", "own-sum", "--format", "json")
    assert code == 1
    assert {f["rule"] for f in findings(out)} == {"own-sum"}


@pytest.mark.thorough
def test_pyshacl_agrees(run: Run) -> None:
    code, out, err = run("validate", REPORT, "--engine", "pyshacl", "--rule", "sum-*", "--format", "json")
    assert (code, err) == (1, "")
    assert out == run("validate", REPORT, "--rule", "sum-*", "--format", "json")[1]


def test_a_disagreement_of_engines_is_never_passed_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from mbkg.validate import reference

    monkeypatch.setattr(reference, "validate_with_pyshacl", lambda *_: [])
    code, _, err = run("validate", REPORT, "--engine", "pyshacl")
    assert code == 2
    assert "本程序判为不符而 pySHACL 没有" in err


@pytest.mark.parametrize("form", ["text", "json", "ttl", "html", "csv"])
def test_output_is_the_same_every_time_and_goes_to_a_file_whole(run: Run, tmp_path: Path, form: str) -> None:
    first = run("validate", "--format", form)
    assert first == run("validate", "--format", form)
    suffix = "txt" if form == "text" else form
    code, out, err = run("validate", "--out", tmp_path / f"sub/report.{suffix}")
    assert (code, out) == (1, "")
    assert "已写入" in err
    written = (tmp_path / f"sub/report.{suffix}").read_text(encoding="utf-8")
    assert written.removeprefix("\ufeff") == first[1]
    assert written.startswith("\ufeff") == (form == "csv")
    assert [path.name for path in (tmp_path / "sub").iterdir()] == [f"report.{suffix}"]


def test_csv_opens_with_its_figures(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("validate", REPORT, "--format", "csv", "--rule", "sum-function")[1])))
    assert {row["difference"] for row in rows if row["outcome"] == "violated"} == {"-1"}


# ---- rules


def test_the_catalogue_lists_every_rule_by_family(run: Run) -> None:
    code, out, _ = run("rules")
    assert code == 0
    for rule in load_rules():
        assert rule.id in out
        assert rule.name in out
        assert f"■ {rule.family}（" in out
    listed = json.loads(run("rules", "--format", "json")[1])
    assert [each["id"] for each in listed] == [rule.id for rule in load_rules()]
    assert all(each["description"] and each["relation"] and each["severity"] and each["reach"] for each in listed)


def test_the_shapes_graph_holds_every_shape_and_any_engine_runs_it(run: Run) -> None:
    """One file after the other is one Turtle document as long as no blank node has a label."""
    import pyshacl

    out = run("rules", "--format", "ttl")[1]
    merged = rdflib.Graph().parse(data=out, format="turtle")
    apart = rdflib.Graph()
    for path in shape_files():
        assert " _:" not in path.read_text(encoding="utf-8")
        apart.parse(path)
    assert len(merged) == len(apart)
    data = rdflib.Graph().parse(FIXTURES / "sum-function" / "violated.ttl")
    conforms, results, _ = pyshacl.validate(data, shacl_graph=merged, inplace=True)
    assert not conforms
    shapes = {str(shape) for shape in results.objects(None, rdflib.URIRef("http://www.w3.org/ns/shacl#sourceShape"))}
    assert "https://w3id.org/mbkg/shapes#sum-function" in shapes


def test_a_bad_format_of_the_catalogue_is_one_line(run: Run) -> None:
    code, out, err = run("rules", "--format", "csv")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_large_graph_is_validated_body_by_body(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few reports are held in memory at once, the findings are the same, in the same order."""
    from mbkg.validate import batches

    whole = run("validate", "--format", "json")
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 1)
    assert run("validate", "--format", "json") == whole
