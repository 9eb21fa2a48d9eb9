"""Attacks on the judge. Here the quick ones that stand for a family; `katas verify --attacks` runs all of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from checker.catalog import load
from checker.judging.sandbox import Level
from checker.judging.sandbox.levels import availability
from checker.verdict import Outcome
from checker.verification.attacks import Attack, AttackResult, attacks_in, verify_attacks

FOLDER = Path(__file__).parent / "specimens" / "attacks"
ATTACKS = {attack.name: attack for attack in attacks_in(FOLDER)}
QUICK_ONES = (
    "changing/marks_on_numpys_files",
    "changing/the_solution_file",
    "channels/locks_on_shared_files",
    "channels/watches_on_shared_files",
    "forged_results/absurd_extents",
    "forged_results/exit_as_if_the_sandbox_failed",
    "forged_results/forged_frames",
    "forged_results/list_of_texts",
    "forged_results/two_replies",
    "harm/all_of_the_machine",
    "harm/fork_past_python",
    "harm/kill_the_parent",
    "harm/nameless_files",
    "harm/shared_pages_let_go",
    "harm/thousands_of_threads",
    "harm/undeletable_files",
    "lying_objects/equal_to_everything",
    "network/datagrams",
    "network/udp",
    "patching/numpy",
    "searching/environment",
    "searching/import_the_reference",
    "searching/memory_of_others",
    "searching/mounts_and_orders",
    "searching/tables_of_the_network",
)
# What the plain level does not stop, said openly and shown: the attack works, and so it passes.
NOT_STOPPED_AT_PLAIN = (
    "network/udp",
    "searching/files_beside_the_checker",
    "searching/import_the_reference",
)


def verify(name: str, level: Level) -> AttackResult:
    """Judge one attack; skips where the level is missing."""
    found = availability(level)
    if not found.is_available:
        pytest.skip(f"the sandbox level {level} is not available here: {found.reason_missing}")
    if not ATTACKS[name].wanted(level):
        pytest.skip(
            "the kernel has no Landlock, and without it nothing is promised at the level of another user"
        )
    return next(verify_attacks([ATTACKS[name]], load(), level))


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.PLAIN], ids=str)
@pytest.mark.parametrize("name", QUICK_ONES)
def test_it_is_stopped(name: str, level: Level) -> None:
    """The attack does not pass, changes nothing, and leaves nothing and nobody behind"""
    result = verify(name, level)
    assert result.problem == ""
    assert result.record is not None
    assert result.record.outcome not in (Outcome.PASSED, Outcome.JUDGE_ERROR)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the list was made on Linux")
@pytest.mark.parametrize("name", NOT_STOPPED_AT_PLAIN)
def test_the_plain_level_does_not_stop_it(name: str) -> None:
    """The list of what the plain level lets through is true"""
    assert Level.PLAIN not in ATTACKS[name].levels
    result = verify(name, Level.PLAIN)
    assert result.problem == ""
    assert result.record is not None
    assert result.record.outcome is Outcome.PASSED


def test_the_collection_is_whole() -> None:
    """At least forty attacks; every strict level stops every one of them; each says what happens at plain"""
    assert len(ATTACKS) >= 40
    families = {attack.file.parent.name for attack in ATTACKS.values()}
    assert families >= {"changing", "channels", "forged_results", "harm", "lying_objects", "network"}
    assert families >= {"asking", "patching", "searching", "text", "time"}
    for attack in ATTACKS.values():
        assert set(attack.levels) >= {Level.BUBBLEWRAP, Level.LANDLOCK}, attack.name
        assert attack.what.endswith("."), attack.name


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("# What.\n# kata: 01\n# verdict: invalid\n", "levels"),
        (
            "# What.\n# kata: 01\n# verdict: passed\n# levels: bubblewrap\n# at plain: passed\n",
            "must not pass",
        ),
        ("# What.\n# kata: 01\n# verdict: invalid\n# levels: bubblewrap\n", "plain"),
        ("# What.\n# kata: 01\n# verdict: unhappy\n# levels: plain\n", "unhappy"),
        ("# What.\n# kata: 01\n# verdict: invalid\n# levels: plain\n# run: often\n", "often"),
    ],
)
def test_a_wrong_header_is_named(header: str, complaint: str, tmp_path: Path) -> None:
    """A header that promises nothing checkable is refused with the file's name"""
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "attack.py").write_text(header)
    with pytest.raises(ValueError, match=rf"attack\.py.*{complaint}"):
        attacks_in(tmp_path)


def test_damage_is_seen(tmp_path: Path) -> None:
    """The look over the house afterwards sees a changed file, a left file and a left process"""
    from checker.verification.attacks import House

    attack: Attack = ATTACKS["network/udp"]
    house = House(tmp_path, attack.file, load()[0])
    assert house.damage() == []
    house.submission.write_text("changed")
    (house.temporary / "left").touch()
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(house.temporary)])
    try:
        found = " | ".join(house.damage())
    finally:
        process.kill()
        process.wait()
    assert "changed: " in found and "left in the temporary folder: left" in found
    assert f"processes left: [{process.pid}]" in found


@pytest.mark.parametrize("name", sorted(name for name in ATTACKS if name.startswith("text/")))
def test_text_is_only_text(name: str, tmp_path: Path) -> None:
    """No control code, markup or workflow command of a submission reaches a terminal, a file or a service"""
    junit = tmp_path / "report.xml"
    command = [
        sys.executable,
        "-m",
        "checker",
        "check",
        "01",
        "--quick",
        "--submission",
        str(ATTACKS[name].file),
    ]
    ended = subprocess.run([*command, "--junit", str(junit)], capture_output=True, timeout=300, check=False)
    assert ended.returncode == 1, ended.stderr.decode()
    for stream in (ended.stdout.decode(), ended.stderr.decode()):
        assert (
            re.findall(
                "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", stream.replace("\r\n", "\n")
            )
            == []
        )
        assert not [line for line in stream.splitlines() if line.startswith(("::", "##vso", "##["))]
    assert (
        re.findall("[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u2028]", junit.read_text("utf-8")) == []
    )
    suite = ElementTree.parse(junit).getroot()
    cases = list(suite.iter("testcase"))
    assert len(cases) >= 2 and any(
        case.find("failure") is not None or case.find("error") is not None for case in cases
    )
    assert not list(suite.iter("script"))
    printed = subprocess.run(
        [*command, "--json"], capture_output=True, timeout=300, check=False
    ).stdout.decode()
    assert printed.isascii() and printed.removesuffix("\n").isprintable()
    assert "::" not in printed and "##" not in printed
    assert json.loads(printed)["outcome"] in ("crashed", "invalid")
