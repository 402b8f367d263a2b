"""The index on disk: encoded once, memory-mapped, another model's vectors never mixed in, and nothing heavy imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mbkg.graph.generations import write_durably
from mbkg.graph.store import open_graph
from mbkg.index import EncoderMissing, open_index, refresh_index
from mbkg.index.building import index_texts
from mbkg.index.encoders import load_encoder
from mbkg.index.vectors import VectorIndex, centred, key_of, write_index


class Letters:
    """A model for tests: a text is the count of its letters in 16 bins."""

    name = "letters"

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 16), dtype=np.float32)
        for at, text in enumerate(texts):
            for letter in text:
                rows[at, ord(letter) % 16] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def made(root: Path, texts: list[str]) -> VectorIndex:
    encoder, mean = Letters(), np.full(16, 0.1, dtype=np.float32)
    vectors = dict(zip(texts, centred(encoder.encode(texts), mean), strict=True)) if texts else {}
    return VectorIndex(write_index(root, encoder, "", mean, vectors))


def test_nothing_is_encoded_twice(indexed: str) -> None:
    before = open_index(indexed)
    assert before is not None
    assert refresh_index(indexed) == 0
    again = open_index(indexed)
    assert again is not None
    assert again.folder == before.folder


def test_only_what_changed_is_encoded(indexed: str) -> None:
    """An index that lacks three texts of the graph gets those three, and is then the one that was built at once."""
    index = open_index(indexed)
    assert index is not None
    store = open_graph(indexed)
    texts, _ = index_texts(store)
    store.close()
    rows = index.vectors([row for row in index.rows(texts) if row is not None])
    fewer = dict(list(zip(texts, rows, strict=True))[3:])
    write_index(Path(indexed) / "index", load_encoder(index.model), index.basis, index.mean, fewer)
    assert refresh_index(indexed) == 3
    again = open_index(indexed)
    assert again is not None
    assert again.folder == index.folder
    assert np.allclose(again.vectors(again.rows(texts)), rows, atol=2e-3)


def test_rows_by_content(tmp_path: Path) -> None:
    index = made(tmp_path, ["甲项目", "乙项目", "丙指标"])
    assert None not in index.rows(["丙指标", "甲项目"])
    assert index.rows(["没有"]) == [None]
    assert key_of("甲项目") != key_of("乙项目")
    assert np.allclose(np.linalg.norm(index.vectors([0, 1, 2]), axis=1), 1, atol=1e-3)


def test_an_empty_index(tmp_path: Path) -> None:
    index = made(tmp_path, [])
    assert len(index) == 0
    assert index.nearest("甲", ["甲"]) == []


def test_damaged_is_none(tmp_path: Path) -> None:
    """An index that cannot be read is as none: asking goes on by words."""
    assert open_index(str(tmp_path)) is None
    (tmp_path / "index" / "broken").mkdir(parents=True)
    (tmp_path / "index" / "broken" / "index.json").write_text("{", encoding="utf-8")
    write_durably(tmp_path / "index" / "CURRENT", b"broken")
    assert open_index(str(tmp_path)) is None


def test_a_model_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderMissing, match="MBKG_MODEL"):
        load_encoder(str(tmp_path / "no-model"))


def test_the_default_needs_no_torch(indexed: str) -> None:
    """A question answered by its meaning loads the small model, never torch or sentence-transformers."""
    script = (
        "import sys; from mbkg.cli import run; code = run(['ask', '海东宣讲医保政策安排多少钱', '--kg', sys.argv[1]]); "
        "sys.exit(code or len({'torch', 'sentence_transformers', 'rdflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script, indexed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "医保政策宣传" in done.stdout
