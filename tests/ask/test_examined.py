"""The examiners' questions: written without sight of the code, answered from the originals' own graph, or from two invented reports.

The `examined*.jsonl` were worked with while asking grew; how many of each are right is held here. The `held-back*.jsonl` are not: they are
scored with `mbkg eval` at the end of a round and read by nobody who works on the code, so they are not part of the suite.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mbkg import cli
from mbkg.graph.build import build

HERE = Path(__file__).parent
ORIGINALS = Path(os.environ.get("MBKG_ORIGINALS", HERE.parents[2] / "shared" / "reports"))
INVENTED = [
    HERE.parent / "reading" / "foreign" / name for name in ("yunze-2025-budget", "rongjiang-2023-final-account")
]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> str:
    kg = str(tmp_path_factory.mktemp("examined") / "kg")
    build([str(path) for path in sorted(ORIGINALS.glob("*.txt"))], kg=kg)
    return kg


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original reports are not at hand; set MBKG_ORIGINALS")
@pytest.mark.parametrize(
    ("name", "right"),  # per cent of the whole, a little below what was measured when it was set
    [
        ("examined", 97.0),  # 99.6
        ("examined-3", 90.0),  # 93
        pytest.param("examined-2", 76.0, marks=pytest.mark.thorough),  # 79.3
        pytest.param("examined-paraphrases", 93.0, marks=pytest.mark.thorough),  # 97.2
    ],
)
def test_examined_questions(name: str, right: float, originals: str, capfd: pytest.CaptureFixture[str]) -> None:
    """So many are right, whatever is answered is right, and what cannot be answered is refused."""
    score(name, right, originals, capfd)


def test_examined_on_invented_reports(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build(INVENTED, kg=str(tmp_path / "kg"))
    score("examined-invented", 94.0, str(tmp_path / "kg"), capfd)  # 98


def score(name: str, right: float, kg: str, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    code = cli.run(["eval", str(HERE / f"{name}.jsonl"), "--kg", kg, "--json", "--at-least", str(right)])
    said = json.loads(capfd.readouterr().out)
    assert code == 0, said
    assert said["answered"]["precision"] == 1
    assert said["refusal"]["recall"] in (1, None)
