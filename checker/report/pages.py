"""Pages from the templates in `checker/templates/report`: text is escaped, and a part that is not given is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parents[1] / "templates" / "report"


def rendered(template: str, **context: Any) -> str:
    """The page that a template makes of what is given."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
    return environment.get_template(template).render(**context)


def style() -> str:
    """The style of a report."""
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")
