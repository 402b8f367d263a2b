"""The interface under requests made from its own description: no fault of the server, and no answer that is not described."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,"
    "allow_header_conformance"
)


@pytest.mark.parametrize(
    ("paths", "seconds"),
    [
        ("--exclude-path=/api/validate", 8),
        pytest.param("--exclude-path=/api/validate", 30, marks=pytest.mark.thorough),
        pytest.param("--include-path=/api/validate", 14, marks=pytest.mark.thorough),
    ],
)
def test_nothing_that_the_description_allows_breaks_the_server(start_server, tmp_path, paths, seconds):
    """Every path of /openapi.json for so many seconds; those that read files for themselves, since each takes a while."""
    own = Path(sys.executable).with_name("schemathesis")
    command = str(own) if own.exists() else shutil.which("schemathesis")
    if command is None:
        pytest.skip("schemathesis 没有安装（pip install schemathesis），没有做模糊测试")
    with start_server("--timeout", "2") as running:
        arguments = [
            "run",
            f"{running.url}/openapi.json",
            "--checks",
            CHECKS,
            "--phases",
            "examples,coverage,fuzzing",
            paths,
        ]
        arguments += [
            "--exclude-path=/sparql",
            "--max-time",
            str(seconds),
            "--workers",
            "2",
            "--seed",
            "6",
            "--no-color",
        ]
        arguments += ["--continue-on-failure", "--request-timeout", "60"]
        run = subprocess.run(
            [command, *arguments], capture_output=True, text=True, check=False, timeout=180, cwd=tmp_path
        )
        log = running.log.read_text(encoding="utf-8")
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr
    assert "Traceback" not in log
    statuses = re.findall(r" (\d{3}) [\d.]+ms \d+B$", log, re.MULTILINE)
    assert "500" not in statuses
    assert len(statuses) > (50 if "exclude" in paths else 5)
