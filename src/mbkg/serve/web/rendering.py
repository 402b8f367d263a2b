"""Templates to HTML. Everything that comes from a report or a request is text: autoescape is on and no template marks anything safe."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mbkg.serve.web import figures
from mbkg.serve.web.assets import asset_url

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"grouped": figures.grouped, "signed": figures.signed, "heading": heading}
    made.globals |= {"asset": asset_url, "percent": figures.percent, "width": figures.width, "link": link}
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)
    return made


def render(template: str, **context: Any) -> str:
    """The page as HTML."""
    return environment().get_template(template).render(**context)


def heading(column: str) -> str:
    """A column for people: the group before its leaf.

    >>> heading("小计@基本支出预算")
    '基本支出预算·小计'
    """
    leaf, _, group = column.partition("@")
    return f"{group}·{leaf}" if group else leaf


def link(path: str, **query: Any) -> str:
    """An address on this site with its query; what is blank is left out.

    >>> link("/findings", rule="sum-total", report="")
    '/findings?rule=sum-total'
    """
    told = [
        (name, str(value))
        for name, values in query.items()
        for value in (values if isinstance(values, list | tuple) else (values,))
        if value not in (None, "")
    ]
    return f"{path}?{urlencode(told)}" if told else path
