"""The record as JUnit XML, for CI systems.

A check that did not pass is a `failure`; an inconclusive one and an error of the judge is an `error`,
since neither says anything about the submission; one that waited for another is `skipped`. Stars are a suite of their
own, in which one that was not won is `skipped`: it is never a failure.
"""

from __future__ import annotations

from xml.etree import ElementTree

from checker.report.escape import xml
from checker.report.sentences import measured, time_sentence
from checker.verdict import WON, CheckResult, Outcome, Record

_ERRORS = (Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR)


def to_junit(record: Record) -> bytes:
    """The record as an XML document in UTF-8."""
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", name=xml(record.kata), timestamp=xml(record.started))
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(record):
        ElementTree.SubElement(properties, "property", name=xml(name), value=xml(value))
    checks = [check for check in record.checks if not check.star]
    if all(check.outcome in (Outcome.PASSED, Outcome.NOT_RUN) for check in checks) and (
        record.outcome is not Outcome.PASSED
    ):
        # The verdict was decided outside any check: a CI system must not see a green suite.
        verdict = CheckResult("verdict", "the submission can be judged", record.outcome, 0.0, record.summary)
        checks.append(verdict)
    for check in checks:
        _case(suite, record.kata, check)
    kinds = [_kind(check) for check in checks]
    suite.set("tests", str(len(checks)))
    suite.set("failures", str(kinds.count("failure")))
    suite.set("errors", str(kinds.count("error")))
    suite.set("skipped", str(kinds.count("skipped")))
    suite.set("time", f"{record.seconds:.3f}")
    if record.runs and record.runs[-1].log_tail:
        ElementTree.SubElement(suite, "system-out").text = xml(record.runs[-1].log_tail)
    _add_stars(root, record)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_stars(root: ElementTree.Element, record: Record) -> None:
    if not record.stars:
        return
    name = f"{record.kata} stars"
    suite = ElementTree.SubElement(root, "testsuite", name=xml(name), timestamp=xml(record.started))
    for star, state in record.stars.items():
        case = ElementTree.SubElement(suite, "testcase", classname=xml(name), name=xml(star), time="0.000")
        if state != WON:
            missed = next((c.message for c in record.checks if c.star == star and c.is_missed), "")
            reason = f"{state}: {missed.splitlines()[0]}" if missed else state
            ElementTree.SubElement(case, "skipped", message=xml(reason))
    skipped = sum(state != WON for state in record.stars.values())
    counts = {"tests": len(record.stars), "failures": 0, "errors": 0, "skipped": skipped}
    for key, count in counts.items():
        suite.set(key, str(count))


def _kind(check: CheckResult) -> str:
    if check.outcome is Outcome.PASSED:
        return ""
    if check.outcome is Outcome.NOT_RUN:
        return "skipped"
    return "error" if check.outcome in _ERRORS else "failure"


def _case(suite: ElementTree.Element, kata: str, check: CheckResult) -> None:
    title = xml(check.title or check.id)
    case = ElementTree.SubElement(
        suite, "testcase", classname=xml(kata), name=title, time=f"{check.seconds:.3f}"
    )
    figures = [measured(m) for m in check.measurements]
    if kind := _kind(check):
        lines = [check.message, *check.advice, *figures]
        message = check.message or check.outcome.value
        result = ElementTree.SubElement(case, kind, message=xml(message.splitlines()[0] if message else ""))
        if kind != "skipped":
            result.set("type", check.outcome.value)
            result.text = xml("\n".join(line for line in lines if line))
    elif figures:
        ElementTree.SubElement(case, "system-out").text = xml("\n".join(figures))


def _properties(record: Record) -> list[tuple[str, str]]:
    properties = [
        ("outcome", record.outcome.value),
        ("quick", str(record.quick).lower()),
        ("sandbox", record.sandbox),
        ("tier", record.tier),
        ("submission_sha256", record.submission_sha256),
        ("suite_sha256", record.suite_sha256),
    ]
    properties += [("seed", str(run.seed)) for run in record.runs]
    properties += [("data", f"{source.name}: {source.source} {source.sha256}") for source in record.data]
    return properties + [("time", time_sentence(use)) for use in record.times]
