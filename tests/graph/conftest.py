"""Small reports to build graphs from, see `small_reports`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_reports import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def other_folder(tmp_path: Path) -> Callable[[str], str]:
    return lambda name: str(tmp_path / name)
