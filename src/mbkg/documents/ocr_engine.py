"""The recogniser: where text stands on a page, and what a crop of it reads.

rapidocr brings its models in its own wheel. They are named here by their path, which is why it has nothing to look for on the
network: a missing model is an error to report, never a download.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mbkg.documents.raster import Pixels

THREADS = 2
DETECTION_SIDE = 2000  # pixels; a larger page is reduced for finding text, never for reading it
MOST_PIECES = 4000
LEAST_SIDE = 10  # pixels; nothing narrower holds a line of print

_one_at_a_time = threading.Lock()

Rect = tuple[float, float, float, float]
"""x0, top, x1, bottom in pixels."""


class RecogniserBroken(Exception):
    """The extra is installed but cannot be used; the message says why, in Chinese."""


@cache
def _recogniser() -> Any:
    try:
        import cv2
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        cv2.setNumThreads(THREADS)
        params: dict[str, Any] = {
            f"{part}.model_path": str(_model(models, part.lower())) for part in ("Det", "Cls", "Rec")
        }
        params |= {
            "Global.log_level": "critical",
            "Global.max_side_len": DETECTION_SIDE,
            "Det.max_candidates": MOST_PIECES,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        return rapidocr.RapidOCR(params=params)
    except RecogniserBroken:
        raise
    except Exception as error:  # whatever a broken installation throws: missing libraries, a model of another version
        raise RecogniserBroken(f"文字识别组件装载失败（{type(error).__name__}）") from error


def _model(folder: Path, part: str) -> Path:
    found = sorted(folder.glob(f"*_{part}_*.onnx"))
    if len(found) != 1:
        raise RecogniserBroken(f"文字识别组件不完整，应有一个 {part} 模型，找到 {len(found)} 个")
    return found[0]


def find_text(grey: Pixels) -> list[Rect]:
    """Where pieces of text stand on a level page, from above to below.

    Raises:
        RecogniserBroken: the recogniser cannot be loaded or fails.
    """
    engine = _recogniser()
    if min(grey.shape) < LEAST_SIDE:
        return []
    with _one_at_a_time:
        try:
            found = engine(np.repeat(grey[:, :, None], 3, axis=2), use_det=True, use_cls=False, use_rec=False)
        except Exception as error:
            raise RecogniserBroken(f"文字识别组件运行失败（{type(error).__name__}）") from error
    boxes = getattr(found, "boxes", None)
    if boxes is None:
        return []
    height, width = grey.shape
    rects = []
    for box in np.asarray(boxes, dtype=float):
        x0, top = box.min(axis=0)
        x1, bottom = box.max(axis=0)
        rects.append(
            (max(0.0, float(x0)), max(0.0, float(top)), min(float(width), float(x1)), min(float(height), float(bottom)))
        )
    return rects


def read_crops(crops: list[Pixels]) -> list[tuple[str, float]]:
    """What each crop reads, with the recogniser's score (0 to 1); one line of text per crop.

    Raises:
        RecogniserBroken: the recogniser cannot be loaded or fails.
    """
    if not crops:
        return []
    engine = _recogniser()
    colour = [np.ascontiguousarray(np.repeat(crop[:, :, None], 3, axis=2)) for crop in crops]
    with _one_at_a_time:
        try:
            read = engine.recognize_txt(colour)
        except Exception as error:
            raise RecogniserBroken(f"文字识别组件运行失败（{type(error).__name__}）") from error
    return [(str(text), float(score)) for text, score in zip(read.txts, read.scores, strict=True)]
