"""`mbkg chat` on the command line: a prompt with history on a terminal, line by line from a pipe."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbkg.ask.conversation import Conversation

PROMPT = "问> "
HELP = """直接输入问题；接着可以只说要换的部分，其余沿用上一问，回答的第一行说明沿用了什么：
  招远2024年三公经费是多少 → 那烟台呢 → 2025年呢 → 公务接待费呢 → 比上年呢 → 为什么
  哪个单位三公经费最高 → 最低的呢 → 它的机关运行经费是多少
命令：
  /help     显示本说明
  /explain  上一个回答的提及、计划和 SPARQL
  /new      忘掉上一问，从头问起
  /quit     结束（Ctrl-D 也可以）"""


def run_chat(kg: str | None) -> int:
    """Talk until the input ends; returns the exit code."""
    from mbkg.ask.conversation import Conversation
    from mbkg.cli_ask import _graph

    talk = Conversation(_graph(kg))
    if not sys.stdin.isatty():
        for line in sys.stdin:
            if line.strip() and not _turn(line.strip(), talk):
                break
        return 0
    print("输入问题；/help 看用法，Ctrl-D 结束。")
    with _history():
        while True:
            try:
                line = input(PROMPT).strip()
                if line and not _turn(line, talk):
                    return 0
            except EOFError:
                print()
                return 0
            except KeyboardInterrupt:  # Ctrl-C drops the line, as shells do
                print()
            except UnicodeDecodeError:
                print("输入的不是 UTF-8 文字，请重新输入。")


def _turn(line: str, talk: Conversation) -> bool:
    """Answer a question or do a command; False ends the conversation."""
    match line.lower().split()[0] if line.startswith("/") else "":
        case "/quit" | "/exit":
            return False
        case "/help":
            print(HELP)
        case "/new":
            talk.forget()
            print("好，从头问起。")
        case "/explain":
            print(talk.answer.explained() if talk.answer else "还没有回答过问题。")
        case "":
            answer = talk.ask(line)
            print(f"{answer.text}\n", flush=True)
            return True
        case unknown:
            print(f"没有 {unknown} 这个命令；/help 列出可用的命令。")
    sys.stdout.flush()
    return True


@contextlib.contextmanager
def _history() -> Iterator[None]:
    """Line editing and the questions of earlier conversations, kept in `MBKG_HISTORY` or the user's state folder.

    Where Python has no readline, or the file cannot be written, the conversation goes on without.
    """
    try:
        import readline
    except ImportError:
        yield
        return
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    file = Path(os.environ.get("MBKG_HISTORY") or Path(state) / "mbkg" / "history")
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(1000)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
