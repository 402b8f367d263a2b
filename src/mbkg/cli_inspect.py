"""`mbkg inspect`: what was recognised in one file, and why, as text, JSON or drawn pages."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mbkg.errors import BadInput
from mbkg.inspecting import Inspection, inspect_file


def run_inspect(path: Path, *, page: int | None, png: Path | None, as_json: bool) -> int:
    """Inspect and print; returns the exit code: 0 if the file gives a report or a part of one, else 2.

    Raises:
        BadInput: no such file, or no such page in it.
    """
    if not path.is_file():
        raise BadInput(f"{path}：没有这个文件", "请检查路径")
    try:
        found = inspect_file(path, drawn=png is not None)
    except OSError as error:
        raise BadInput(f"{path}：打不开（{error.strerror}）", "请检查权限") from None
    _check_page(found, page)
    if as_json:
        from mbkg.inspecting.tojson import inspection_json

        print(json.dumps(inspection_json(found, page), ensure_ascii=False, indent=1))
    else:
        from mbkg.inspecting.text import Paint, inspection_lines

        for line in inspection_lines(found, Paint(sys.stdout.isatty()), page):
            print(line)
    if png is not None:
        _draw(found, path, png, page)
    return 2 if found.problem else 0


def _check_page(found: Inspection, page: int | None) -> None:
    if page is None or found.format is None:
        return
    numbers = [each.number for each in found.pages if each.number is not None]
    if numbers and page not in numbers:
        raise BadInput(f"{found.file}：没有第 {page} 页", f"请给 {min(numbers)} 到 {max(numbers)} 之间的数")
    if not numbers and page != 1:
        raise BadInput(f"{found.file}：这种格式没有页，不能只看第 {page} 页", "请去掉 --page")


def _draw(found: Inspection, path: Path, folder: Path, page: int | None) -> None:
    from mbkg.inspecting.draw import draw_pages

    try:
        drawn = draw_pages(found, path, folder, page)
    except OSError as error:
        raise BadInput(f"{folder}：写不进去（{error.strerror or error}）", "请检查路径和权限") from None
    if isinstance(drawn, str):
        print(drawn, file=sys.stderr)
    else:
        said = f"{drawn[0].name} … {drawn[-1].name}" if len(drawn) > 1 else "".join(each.name for each in drawn)
        print(f"已画 {len(drawn)} 页，写入 {folder}：{said}", file=sys.stderr)
