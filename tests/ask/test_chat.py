"""`mbkg chat`: a line goes on from the last question, says what it kept and what it changed, and never guesses."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbkg.ask import answer_question
from mbkg.ask.answer import Answer
from mbkg.ask.conversation import Conversation
from mbkg.graph.store import GraphStore


def talk(graph: GraphStore, *lines: str) -> list[Answer]:
    conversation = Conversation(graph)
    return [conversation.ask(line) for line in lines]


@pytest.mark.parametrize(
    ("lines", "means"),
    [
        (("招远2024年三公经费是多少", "那烟台呢？"), "烟台2024年三公经费是多少"),
        (("招远三公经费是多少", "烟台呢"), "烟台三公经费是多少"),
        (("烟台2025年三公经费是多少", "2024年呢"), "烟台2024年三公经费是多少"),
        (("烟台三公经费是多少", "2024年呢"), "烟台2024年三公经费是多少"),
        (("烟台2025年三公经费是多少", "上年呢"), "烟台2024年三公经费是多少"),
        (("烟台2025年三公经费是多少", "那公务接待费呢"), "烟台2025年公务接待费是多少"),
        (("荣成2024年基本支出预算是多少", "决算呢"), "荣成2024年基本支出决算是多少"),
        (("招远三公经费是多少", "比上年呢"), "招远三公经费比上年"),
        (("招远三公经费是多少", "为什么"), "招远三公经费为什么"),
        (("烟台2025年三公经费比上年减少多少", "为什么？"), "烟台2025年三公经费为什么"),
        (("海东离休人员医疗费预算多少", "人均呢"), "海东离休人员人均预算多少"),
        (("海东离休人员人均费用是多少", "那招远呢"), "招远离休人员人均费用是多少"),
        (("哪个单位三公经费最高", "机关运行经费呢"), "哪个单位机关运行经费最高"),
        (("哪个单位三公经费最高", "最低的呢"), "哪个单位三公经费最低"),
        (("哪个单位三公经费最低", "第二呢"), "哪个单位三公经费最低第二"),
        (("哪个单位三公经费最高", "2024年呢"), "2024年哪个单位三公经费最高"),
        (("哪个单位三公经费最高", "那烟台呢"), "烟台三公经费"),
        (("招远公车占三公经费的比例", "那公务接待费呢"), "招远公务接待费占三公经费的比例"),
        (("招远和荣成三公经费各是多少", "那烟台呢"), "烟台三公经费各是多少"),
        (("哪个项目预算最高", "那威海呢"), "威海哪个项目预算最高"),
        (("招远2024年三公经费是多少", "那烟台呢", "2025年呢", "公务接待费呢"), "烟台2025年公务接待费是多少"),
        (("烟台2023年三公经费是多少", "2025年呢"), "烟台2025年三公经费是多少"),  # a refused question is gone on from as well
    ],
)  # fmt: skip
def test_a_line_changes_the_last_question(lines: tuple[str, ...], means: str, graph: GraphStore) -> None:
    """The answer is that of the whole question, and its first line says what was kept and which question was answered."""
    answer = talk(graph, *lines)[-1]
    whole = answer_question(means, graph)
    told, _, rest = answer.text.partition("\n")
    assert told.startswith("接上一问：沿用")
    assert f"按“{means}”作答" in told
    assert rest == whole.text
    assert (answer.status, answer.values, answer.plan) == (whole.status, whole.values, whole.plan)


def test_kept_and_changed_are_told(graph: GraphStore) -> None:
    """Nothing is kept, changed, added or put right in silence."""
    told = [answer.text.partition("\n")[0] for answer in talk(graph, "哪个单位三公经费最高", "那烟台呢", "2024年呢")]
    assert told[1] == "接上一问：沿用“三公经费”；单位由“哪个单位”改为“烟台”，去掉“最高”。按“烟台三公经费”作答。"
    assert told[2] == "接上一问：沿用“烟台”、“三公经费”；年度加上“2024年”。按“烟台2024年三公经费”作答。"
    assert "“招圆”按“招远”理解" in talk(graph, "烟台三公经费", "那招圆呢")[1].text


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("招远比荣成三公经费多多少", "那烟台呢"), "不知道要换掉哪一个"),
        (("哪个单位三公经费最高", "为什么"), "不说明为什么排在这一位"),
        (("招远和荣成三公经费各是多少", "它的基本支出呢"), "请说出单位名称"),
        (("它的基本支出是多少",), "请说出单位名称"),
        (
            ("烟台2025年三公经费比上年减少多少", "那招远呢"),
            "只有2024年报告",
        ),  # the year is kept, not swapped for one that fits
    ],
)
def test_what_cannot_be_merged_is_asked_back(lines: tuple[str, ...], says: str, graph: GraphStore) -> None:
    answer = talk(graph, *lines)[-1]
    assert answer.status != "answered"
    assert says in answer.text
    assert not answer.values


@pytest.mark.parametrize(
    ("lines", "means"),
    [
        (("那烟台呢",), "那烟台呢"),  # nothing to go on from
        (("招远三公经费是多少", "威海有几个项目呢"), "威海有几个项目呢"),  # asks for itself
        (("招远2024年三公经费是多少", "荣成基本支出是多少"), "荣成基本支出是多少"),
    ],
)
def test_a_whole_question_stands_for_itself(lines: tuple[str, ...], means: str, graph: GraphStore) -> None:
    assert talk(graph, *lines)[-1].text == answer_question(means, graph).text


def test_pronouns(graph: GraphStore) -> None:
    """它 and 这家单位 are the one unit that the last answer was about, and that is said."""
    answers = talk(graph, "哪个单位三公经费最低", "它的基本支出是多少", "那这家单位的项目支出呢")
    assert answers[1].text.startswith("接上一问：指荣成市医疗保障局。")
    assert [float(value.value) for value in answers[1].values] == [157.38]
    assert "荣成市医疗保障局" in answers[2].text
    assert answers[2].status == "answered"


def test_forgetting(graph: GraphStore) -> None:
    conversation = Conversation(graph)
    conversation.ask("招远三公经费是多少")
    conversation.forget()
    assert "接上一问" not in conversation.ask("那烟台呢").text


@pytest.mark.parametrize(
    "line", ["", "   ", "那", "呢", "那呢？", "它", "/", "那" * 400, "招远" * 2000, "\x00\x1b[31m那烟台呢"]
)
def test_anything_may_be_typed(line: str, graph: GraphStore) -> None:
    """Every line gets an answer or a refusal, before and behind a question."""
    for answer in talk(graph, line, "招远三公经费是多少", line):
        assert answer.text


def _at_a_terminal() -> None:
    """In the child: its own terminal, and Ctrl-C heeded even where the parent was started with it ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """`mbkg chat` in a process of its own behind a pseudo-terminal."""

    def __init__(self, kg: str, history: Path) -> None:
        master, slave = pty.openpty()
        environment = {**os.environ, "MBKG_HISTORY": str(history), "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
        environment.pop("MBKG_LLM_URL", None)
        command = [sys.executable, "-m", "mbkg.cli", "chat", "--kg", kg]
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=_at_a_terminal,
        )
        os.close(slave)
        self.master = master
        self.seen = ""

    def expect(self, words: str, seconds: float = 60) -> str:
        """What is printed up to some words, escape sequences left out."""
        end = time.monotonic() + seconds
        data = b""
        while time.monotonic() < end:
            if words in self.seen:
                said, _, self.seen = self.seen.partition(words)
                return said
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    data += os.read(self.master, 65536)
                except OSError:  # the other end is closed
                    break
                cut = max(data.rfind(b"\n"), data.rfind(b" ")) + 1
                self.seen += re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", data[:cut].decode("utf-8", "replace"))
                data = data[cut:]
        raise AssertionError(f"not printed: {words!r}; printed: {self.seen[-2000:]!r}")

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def close(self) -> int:
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
            os.close(self.master)


@pytest.fixture
def terminal(kg: str, tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(kg, tmp_path / "state" / "history")
    yield opened
    if opened.process.poll() is None:
        opened.process.kill()
        opened.close()


@pytest.mark.skipif(
    "PYTEST_XDIST_WORKER" in os.environ, reason="Ctrl-C is not heeded below a worker of pytest-xdist; run without -n"
)
def test_on_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    """Questions, a follow-up, help, the last line again by the up key, Ctrl-C drops a line, Ctrl-D ends; the history is kept."""
    terminal.expect("问> ")
    terminal.type("招远2024年三公经费是多少\r")
    assert "5.76万元" in terminal.expect("问> ")
    terminal.type("那烟台呢\r")
    said = terminal.expect("问> ")
    assert "单位由“招远”改为“烟台”" in said
    assert "3.6万元" in said
    terminal.type("\x1b[A\r")  # the last line again
    assert "烟台2024年三公经费是多少" in terminal.expect("问> ")
    terminal.type("/help\r")
    assert "/explain" in terminal.expect("问> ")
    terminal.type("威海 ")
    terminal.expect("威海 ")  # the line is being edited
    terminal.type("\x03")
    terminal.expect("问> ")
    terminal.type("/explain\r")
    assert "SELECT" in terminal.expect("问> ")
    terminal.type("\x04")
    assert terminal.close() == 0
    assert "那烟台呢" in (tmp_path / "state" / "history").read_text(encoding="utf-8")


def test_in_a_pipe(kg: str) -> None:
    """From a pipe there is no prompt: one answer a line, commands work, and the end of the input is the end."""
    lines = "招远2024年三公经费是多少\n\n那烟台呢\n/new\n/nonsense\n/quit\n海东三公经费\n"
    done = subprocess.run(
        [sys.executable, "-m", "mbkg.cli", "chat", "--kg", kg], input=lines, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "问>" not in done.stdout
    assert "改为“烟台”" in done.stdout
    assert "/nonsense" in done.stdout
    assert "海东" not in done.stdout


def test_the_example_in_the_readme(graph: GraphStore) -> None:
    """The conversation in the README is what is said, but for the lines left out."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    example = re.search(r"\$ mbkg chat\n(.*?)```", readme, re.DOTALL)
    assert example
    conversation = Conversation(graph)
    for turn in example[1].split("问> ")[1:]:
        line, *shown = turn.strip().splitlines()
        said = conversation.ask(line).text.splitlines()
        assert [one for one in said if one in shown] == shown
