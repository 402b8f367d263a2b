"""The README shows what mbkg prints: every command in it is run, every command there is stands in it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mbkg.cli import app

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
MANUAL = (Path(__file__).parents[1] / "docs" / "手册.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ mbkg (.+?)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = sorted(command.name or "" for command in app.registered_commands)


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The graph of the shipped reports."""
    where = str(tmp_path_factory.mktemp("kg"))
    result = CliRunner().invoke(app, ["build", "--kg", where])
    assert result.exit_code == 0
    return where


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[command[:30] for command, _ in EXAMPLES])
def test_examples_print_what_the_readme_shows(command: str, printed: str, kg: str) -> None:
    """The output in the README is the output."""
    result = CliRunner().invoke(app, [*shlex.split(command), "--kg", kg])
    shown = [line.rstrip() for line in result.output.strip().splitlines()]
    assert shown == [line.rstrip() for line in printed.strip().splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """README and manual name every command, also those that are still to come."""
    assert f"`{command}`" in README or f"mbkg {command}" in README
    assert command in MANUAL
