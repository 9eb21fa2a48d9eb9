"""A report as a page: one HTML file with everything in it, or a folder with page, style and pictures apart.

No script, nothing from elsewhere. Text of a submission stands there as text alone: Jinja2 escapes all that is not drawn here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checker.catalog import Kata
from checker.languages.texts import say
from checker.languages.translation import Translator
from checker.report import pages, svg
from checker.report.console import Signs
from checker.report.console import shown as escaped
from checker.report.figures import figure, used_of
from checker.report.films import last_frame
from checker.report.sentences import STARS, left_out
from checker.report.terminal import first_missed
from checker.verdict import WON, Artifact, CheckResult, Measurement, Outcome, Record
from checker.workspace.progress import Standing, State

SUFFIXES = {"image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "image/svg+xml": ".svg"}
SIGNS = Signs()
STATES = {"won": say("won"), "missed": say("missed"), "open": say("left open"), "not tried": say("not tried")}

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "missed": "What to do next",
        "pictures": "What it learned",
        "checks": "Every check",
        "time": "Time",
        "curves": "While it trained",
        "attempts": "Your attempts",
        "log": "What your code printed last",
        "path": "The path",
        "kata": "kata",
        "state": "state",
        "stars": "stars",
        "best": "best result",
        "runs": "runs",
        "limit": "limit",
        "attempts_told": "{count} whole runs, in order; the dashed line is the limit of {name}.",
        "star": "star for {name}",
        "not_run": "not run",
        "passed": "passed",
        "open": "open",
        "locked": "locked",
    },
    "ko": {
        "missed": "다음에 할 일",
        "pictures": "무엇을 배웠나",
        "checks": "모든 검사",
        "time": "시간",
        "curves": "학습하는 동안",
        "attempts": "지금까지의 시도",
        "log": "코드가 마지막으로 출력한 내용",
        "path": "전체 과정",
        "kata": "카타",
        "state": "상태",
        "stars": "별",
        "best": "가장 좋은 결과",
        "runs": "실행",
        "limit": "기준",
        "attempts_told": "전체 실행 {count}번을 순서대로 나타냈습니다. 점선은 {name}의 기준입니다.",
        "star": "별: {name}",
        "not_run": "실행하지 않음",
        "passed": "통과",
        "open": "진행 중",
        "locked": "잠김",
    },
}
VERDICTS: Mapping[str, Mapping[Outcome, str]] = {
    "en": {
        Outcome.PASSED: "Passed",
        Outcome.FAILED: "Not passed yet",
        Outcome.TOO_SLOW: "Too slow",
        Outcome.CRASHED: "Your code raised an error or ended early",
        Outcome.OUT_OF_MEMORY: "Out of memory",
        Outcome.FORBIDDEN: "Forbidden import or access",
        Outcome.INVALID: "It cannot be judged yet",
        Outcome.INCONCLUSIVE: "Left open: the machine was too busy, or it lies too near a limit",
        Outcome.JUDGE_ERROR: "The judge itself failed; this is not your fault",
    },
    "ko": {
        Outcome.PASSED: "통과했습니다",
        Outcome.FAILED: "아직 통과하지 못했습니다",
        Outcome.TOO_SLOW: "너무 느립니다",
        Outcome.CRASHED: "코드가 오류를 내거나 도중에 끝났습니다",
        Outcome.OUT_OF_MEMORY: "메모리가 모자랍니다",
        Outcome.FORBIDDEN: "허용되지 않은 import나 접근입니다",
        Outcome.INVALID: "아직 채점할 수 없습니다",
        Outcome.INCONCLUSIVE: "결정하지 못했습니다: 컴퓨터가 바빴거나 기준에 너무 가깝습니다",
        Outcome.JUDGE_ERROR: "채점기에 문제가 생겼습니다. 여러분의 잘못이 아닙니다",
    },
}

Bytes = Callable[[Artifact], bytes | None]


def page(
    record: Record,
    kata: Kata,
    history: Sequence[Record],
    content: Bytes,
    *,
    language: str = "en",
    apart: bool = False,
) -> dict[str, bytes]:
    """The report of a record as files: `index.html` alone, or with style and pictures beside it.

    Args:
        record: what is reported.
        kata: the one that it is about.
        history: all records of this kata so far, the oldest first.
        content: the bytes of a picture, if they are still there.
        language: "en" or "ko".
        apart: style and pictures as files of their own.
    """
    texts, told = TEXTS[language], Translator(language, kata.folder)

    def shown(text: str) -> str:
        return escaped(told(text))

    files: dict[str, bytes] = {}
    pictures = [made for one in record.artifacts if (made := _picture(one, content, language, apart, files))]
    missed = first_missed(record)
    core = [check for check in record.checks if not check.star]
    return _files(
        files,
        apart,
        t=texts,
        lang=language,
        title=f"{kata.number} {kata.titled(language)}",
        started=record.started[:16].replace("T", " "),
        verdict=VERDICTS[language][record.outcome],
        is_passed=record.outcome is Outcome.PASSED,
        stars=_stars(record.stars),
        stars_told=", ".join(
            f"{told(STARS.get(name, name))}: {told(STATES[state])}" for name, state in record.stars.items()
        ),
        missed=missed
        and {
            "title": shown(missed.title),
            "message": shown(missed.message),
            "advice": list(map(shown, missed.advice)),
        },
        pictures=pictures,
        checks=[_check(check, texts, told) for check in (*core, *(c for c in record.checks if c.star))],
        times=[
            {
                "told": f"{told(use.step)}: {told(used_of(use.used, use.allowed, use.clock))}",
                "drawing": svg.share(use.used, use.allowed),
            }
            for use in record.times
        ],
        curves=[
            {"told": shown(svg.course(one)), "drawing": drawing}
            for one in (record.runs[-1].curves if record.runs else ())
            if (drawing := svg.curve(one, told))
        ],
        attempts=_attempts(history, texts, told),
        after=_markdown(kata.after(language)) if record.outcome is Outcome.PASSED else "",
        log="" if record.outcome is Outcome.PASSED or not missed else escaped(missed.log),
        left_out=shown(left_out(record)) if record.left_out else "",
    )


def fragment(record: Record, kata: Kata, history: Sequence[Record], content: Bytes, *, language: str) -> str:
    """The same to stand inside of another page, such as a notebook's: its style touches nothing around it."""
    whole = page(record, kata, history, content, language=language)["index.html"].decode()
    body = whole[whole.index("<main>") + len("<main>") : whole.index("</main>")]
    nested = pages.style().replace(":root {", "& {").replace("body {", "& {")
    return f'<style>.katas-report {{ {nested} }}</style><div class="katas-report">{body}</div>'


def path_page(path: Sequence[Standing], *, language: str = "en", apart: bool = False) -> dict[str, bytes]:
    """The whole path as files."""
    texts = TEXTS[language]
    states = {State.PASSED: texts["passed"], State.OPEN: texts["open"], State.LOCKED: texts["locked"]}

    def row(one: Standing) -> dict[str, object]:
        summary = one.summary
        told = Translator(language, one.kata.folder)
        best = f"{told(summary.measure)} {told(figure(summary.value))}" if summary.value is not None else ""
        stars = "".join(SIGNS.won if has else SIGNS.star for has in summary.stars.values())
        return {
            "title": f"{one.kata.number} {one.kata.titled(language)}",
            "state": states[one.state],
            "stars": stars if one.state is State.PASSED else "",
            "best": best,
            "runs": summary.runs,
        }

    return _files({}, apart, t=texts, lang=language, title=texts["path"], rows=[row(one) for one in path])


def _files(files: dict[str, bytes], apart: bool, **context: Any) -> dict[str, bytes]:
    style = pages.style()
    text = pages.rendered("report.html.j2", style="" if apart else style, **context)
    files["index.html"] = text.encode()
    if apart:
        files["report.css"] = style.encode()
    return files


def _picture(
    one: Artifact, content: Bytes, language: str, apart: bool, files: dict[str, bytes]
) -> dict[str, str] | None:
    found = content(one)
    if found is None or one.media_type not in SUFFIXES:
        return None

    def source(name: str, media_type: str, content: bytes) -> str:
        if not apart:
            return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
        files[name] = content
        return name

    name = one.sha256[:16]
    still = last_frame(found)
    is_korean = language == "ko"
    caption = (one.caption_ko if is_korean else "") or one.caption
    return {
        "source": source(f"{name}{SUFFIXES[one.media_type]}", one.media_type, found),
        # For paper, and for whoever has asked the system for less motion.
        "still": source(f"{name}-still.png", "image/png", still) if still else "",
        "caption": caption,
        "alt": (one.alt_ko if is_korean else one.alt) or caption,
    }


def _check(check: CheckResult, texts: Mapping[str, str], told: Translator) -> dict[str, object]:
    is_passed = check.outcome is Outcome.PASSED
    is_waiting = check.outcome is Outcome.NOT_RUN
    if check.star:
        sign = SIGNS.won if is_passed else SIGNS.star
    else:
        sign = SIGNS.passed if is_passed else SIGNS.skipped if is_waiting else SIGNS.failed
    title = escaped(told(check.title or check.id))
    return {
        "sign": sign,
        "kind": "passed" if is_passed else "soft" if is_waiting or check.star else "missed",
        "title": f"{title} ({texts['star'].format(name=told(STARS.get(check.star, check.star)))})"
        if check.star
        else title,
        "is_open": check.is_missed and not check.star,
        "message": "" if is_passed else escaped(told(check.message)),
        "advice": [] if is_passed else [escaped(told(text)) for text in check.advice],
        "measured": [_measured(one, texts, told) for one in check.measurements if one.kind != "time"],
    }


def _measured(one: Measurement, texts: Mapping[str, str], told: Translator) -> dict[str, str]:
    unit = f" {told(one.unit)}" if one.unit else ""
    drawing = svg.scale(one, told)
    # The signs are those of the scale above, from left to right.
    value, limit, mark = ("● ", "┆ ", "| ") if drawing else ("", "", "")
    parts = [f"{value}{told(one.name)} {told(figure(one.value))}{unit}"]
    if one.kind != "note":
        parts.append(f"{limit}{texts['limit']} {told(figure(one.limit))}{unit}")
    yardsticks = sorted(one.yardsticks, key=lambda yardstick: yardstick.value)
    parts += [f"{mark}{told(yardstick.name)} {told(figure(yardstick.value))}" for yardstick in yardsticks]
    return {"told": escaped(" · ".join(parts)), "drawing": drawing}


def _stars(stars: Mapping[str, str]) -> str:
    return "".join(SIGNS.won if state == WON else SIGNS.star for state in stars.values())


def _attempts(
    history: Sequence[Record], texts: Mapping[str, str], translate: Translator
) -> dict[str, str] | None:
    """The quality of all whole runs that measured it."""
    measured = [
        (one.quality, one.outcome is Outcome.PASSED) for one in history if not one.quick and one.quality
    ]
    found = [(quality.value, passed) for quality, passed in measured if abs(quality.value) < float("inf")]
    if not found or not measured:
        return None
    last = measured[-1][0]
    told = texts["attempts_told"].format(count=len(found), name=translate(last.name))
    return {"drawing": svg.attempts(found, last.limit, translate), "told": f"{told} ({figure(last.limit)})"}


def _markdown(text: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).render(text))
