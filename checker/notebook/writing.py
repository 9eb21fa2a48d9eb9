"""A notebook with a kata's lesson and stub, to be worked in."""

from __future__ import annotations

from typing import Any

from checker.catalog import Kata

_FIRST = {
    "en": "Write into the cell below and run it: `%%kata {number}` judges it, with what it needs of the cells above. Try "
    "things in other cells; they are not judged.",
    "ko": "아래 셀을 채우고 실행하세요. `%%kata {number}`가 위 셀들에서 필요한 부분과 함께 채점합니다. 다른 셀에서는 마음껏 "
    "시험해 보세요. 채점에는 들어가지 않습니다.",
}


def notebook_of(kata: Kata, language: str) -> str:
    """The notebook as JSON.

    Raises:
        ImportError: nbformat is not installed.
    """
    import nbformat
    from nbformat import v4

    lesson = kata.lesson(language).read_text(encoding="utf-8")
    stub = kata.stub_in(language).read_text(encoding="utf-8").strip()
    cells = [
        v4.new_markdown_cell(lesson),
        v4.new_code_cell("%load_ext checker.notebook"),
        v4.new_markdown_cell(_FIRST[language].format(number=kata.number)),
        v4.new_code_cell(f"%%kata {kata.number}\n{stub}"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made: Any = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return str(nbformat.writes(made))
