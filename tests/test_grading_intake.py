"""What a teacher has on disk: each layout is read, and nothing is left out without a reason."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from checker import catalog
from checker.catalog import Kata
from checker.grading.archives import unpack
from checker.grading.intake import BEST, NEWEST, Intake, IntakeError, pick, same_names, take_in
from checker.grading.roster import RosterError, read_roster
from tests.small_path import write_path

Place = Path


@pytest.fixture
def katas(tmp_path: Path) -> list[Kata]:
    """Three tiny katas."""
    return catalog.load(write_path(tmp_path / "katas"))


def written(folder: Path, *names: str) -> Path:
    """Files of a few letters, each with its own name in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n", encoding="utf-8")
    return folder


def read(tmp_path: Path, katas: list[Kata], source: Path, *numbers: str) -> Intake:
    """The intake of one source."""
    wanted = [catalog.find(katas, number) for number in numbers] or katas
    return take_in([source], katas, wanted, tmp_path / "unpacked")


def pairs(intake: Intake) -> list[tuple[str, str]]:
    """Student and kata of everything that counts."""
    return sorted((one.student, one.kata.number) for one in intake.handed)


LAYOUTS = {
    "a workspace": (("01_first/solution.py", "02_second/solution.py"), (), [("source", "01"), ("source", "02")]),
    "files by number": (("01.py", "02.py"), (), [("source", "01"), ("source", "02")]),
    "students' workspaces": (("Ana/01_first/solution.py", "Bo/01_first/solution.py"), (), [("Ana", "01"), ("Bo", "01")]),
    "students' files": (("Ana/01.py", "Bo/kata 2.py"), (), [("Ana", "01"), ("Bo", "02")]),
    "one kata, any name": (("Ana/solution.py", "Bo/mine.py"), ("02",), [("Ana", "02"), ("Bo", "02")]),
    "loose files": (("Ana.py", "Bo.py"), ("03",), [("Ana", "03"), ("Bo", "03")]),
    "Canvas": (
        ("smithjane_12_345_01.py", "doejohn_LATE_13_346_solution.py", "leejun_14_347_02-1.py"),
        ("01",),
        [("doejohn", "01"), ("smithjane", "01")],
    ),
    "Moodle, folders": (
        ("Kim Soo_7_assignsubmission_file/01.py", "Group_3_assignsubmission_file_/02.py"),
        (),
        [("Group", "02"), ("Kim Soo", "01")],
    ),
    "Moodle, flat": (("Kim Soo_7_assignsubmission_file_01.py",), (), [("Kim Soo", "01")]),
    "checkouts": (("kata-ana/01_first/solution.py", "kata-ana/.git/HEAD"), (), [("kata-ana", "01")]),
    "names in Hangul and with commas": (("김 민수/01.py", "Doe, John/01.py"), (), [("Doe, John", "01"), ("김 민수", "01")]),
}  # fmt: skip


@pytest.mark.parametrize(("names", "numbers", "wanted"), LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("packed", [False, True], ids=["a folder", "a zip file"])
def test_layouts(tmp_path, katas, names, numbers, wanted, packed) -> None:  # type: ignore[no-untyped-def]
    """As a folder and as a zip file of it"""
    source = written(tmp_path / "source", *names)
    if packed:
        file = tmp_path / "source.zip"
        with zipfile.ZipFile(file, "w") as made:
            for name in names:
                made.write(source / name, name)
        source = file
    assert pairs(read(tmp_path, katas, source, *numbers)) == wanted


def test_gradescope(tmp_path: Path, katas: list[Kata]) -> None:
    """An export says in a file whose the folders are"""
    source = written(
        tmp_path / "assignment_1_export", "submission_11/01.py", "submission_12/01.py", "stray.py"
    )
    (source / "submission_metadata.yml").write_text(
        "submission_11:\n  :submitters:\n  - :name: Ana Li\n    :sid: '7'\n    :email: a@x\n"
        "submission_12:\n  :submitters:\n  - :name: Bo\n    :sid: 8\n  - :name: Cy\n    :sid: 9\n"
    )
    intake = read(tmp_path, katas, source)
    assert pairs(intake) == [("Ana Li", "01"), ("Bo and Cy", "01")]
    assert {one.lms_id for one in intake.handed} == {"7", "8"}
    assert [name for name, _ in intake.left_out] == ["assignment_1_export/stray.py"]


def test_every_file_that_does_not_count_has_a_reason(tmp_path: Path, katas: list[Kata]) -> None:
    """A link, a notebook that names no kata, a picture, a file without a kata, one of another kata"""
    names = [
        "Ana/01.py",
        "Ana/02.py",
        "Ana/a.ipynb",
        "Bo/1.ipynb",
        "Ana/b.png",
        "Ana/draft.py",
        "Ana/test_examples.py",
        "Ana/__pycache__/x.pyc",
    ]
    source = written(tmp_path / "source", *names)
    (source / "Ana" / "03.py").symlink_to("/etc/passwd")
    intake = read(tmp_path, katas, source, "01")
    reasons = {name.removeprefix("source/Ana/"): reason for name, reason in intake.left_out}
    assert pairs(intake) == [("Ana", "01"), ("Bo", "01")]
    assert reasons.pop("03.py") == "is a link"
    assert "names no kata" in reasons.pop("a.ipynb")
    assert "no Python file" in reasons.pop("b.png")
    assert "names no kata" in reasons.pop("draft.py")
    assert "not graded now" in reasons.pop("02.py")
    assert reasons.keys() == {"test_examples.py", "__pycache__"}


def test_the_newest_of_several_counts(tmp_path: Path, katas: list[Kata]) -> None:
    """The others are named; with best, all are judged"""
    source = written(tmp_path / "source", "ana_1_5_01.py", "ana_1_6_01-1.py")
    os.utime(source / "ana_1_5_01.py", (1, 1))
    intake = read(tmp_path, katas, source)
    newest = pick(intake, NEWEST)
    assert [one.found for one in newest.handed] == ["source/ana_1_6_01-1.py"]
    assert "newer" in newest.left_out[0][1]
    assert len(pick(intake, BEST).handed) == 2


def test_two_students_of_one_name_are_told_apart(tmp_path: Path, katas: list[Kata]) -> None:
    """By the number that the system gave them"""
    source = written(tmp_path / "source", "kim_1_5_01.py", "kim_2_6_01.py")
    assert pairs(same_names(read(tmp_path, katas, source))) == [("kim (1)", "01"), ("kim (2)", "01")]


def test_a_source_that_is_not_there(tmp_path: Path, katas: list[Kata]) -> None:
    """One sentence"""
    with pytest.raises(IntakeError, match="There is nothing at"):
        read(tmp_path, katas, tmp_path / "nowhere")


def packed(tmp_path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """A zip file with these entries."""
    file = tmp_path / "class.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return file


def link(name: str) -> zipfile.ZipInfo:
    """An entry that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def nested(depth: int) -> bytes:
    """An archive in an archive in ..."""
    content = b"x = 1\n"
    name = "01.py"
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr(name, content)
        content, name = out.getvalue(), "inner.zip"
    return content


HARMFUL = {
    "out of the folder": ("../../evil.py", b"x", "leads out"),
    "an absolute name": ("/etc/evil.py", b"x", "leads out"),
    "a drive": ("C:\\evil.py", b"x", "leads out"),
    "a link": (link("01.py"), b"/etc/passwd", "a link"),
    "a bomb": ("01.py", b"0" * 30_000_000, "fill the disk"),
    "a program's own": ("__MACOSX/._01.py", b"x", "belongs to a program"),
    "too deep": ("more.zip", nested(3), "archives deep"),
}


@pytest.mark.parametrize(("name", "content", "reason"), HARMFUL.values(), ids=HARMFUL.keys())
def test_harmful_archives(tmp_path: Path, name: zipfile.ZipInfo | str, content: bytes, reason: str) -> None:
    """What could do harm is left out with its reason; what is good beside it is there"""
    made = unpack(packed(tmp_path, (name, content), ("good/01.py", b"x = 1\n")), tmp_path / "unpacked")
    assert (made.folder / "good" / "01.py").read_bytes() == b"x = 1\n"
    assert [said for _, said in made.left_out if reason in said], made.left_out
    assert not (tmp_path / "evil.py").exists() and not Path("/etc/evil.py").exists()
    assert not [path for path in made.folder.rglob("*") if path.is_symlink()]


def test_an_archive_broken_in_the_middle(tmp_path: Path) -> None:
    """It is named; nothing else happens"""
    whole = packed(tmp_path, ("a/01.py", b"x = 1\n" * 500))
    whole.write_bytes(whole.read_bytes()[:-30])
    made = unpack(whole, tmp_path / "unpacked")
    assert "no zip file that can be read" in made.left_out[0][1]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_korean_names_as_windows_writes_them(tmp_path: Path, encoding: str) -> None:
    """Without a mark that says which encoding it is"""
    letters = "김민수"
    # Of one length in the archive, so that the name can be put in its place byte by byte.
    stand_in = "x" * len(letters.encode(encoding))
    file = packed(tmp_path, (f"{stand_in}/01.py", b"x = 1\n"))
    file.write_bytes(file.read_bytes().replace(stand_in.encode(), letters.encode(encoding)))
    made = unpack(file, tmp_path / "unpacked")
    assert (made.folder / letters / "01.py").is_file(), made.left_out


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"Ana\nBo\n", ["Ana", "Bo"]),
        (b"\xef\xbb\xbfname;id\nAna;1\n\nBo;2\n", ["Ana", "Bo"]),
        ("이름,학번\n김민수,7\n".encode("cp949"), ["김민수"]),
        (b'student,email\n"Li, Ana",a@x\n', ["Li, Ana"]),
        (b"id\n17\n", ["17"]),
    ],
)
def test_rosters(tmp_path: Path, content: bytes, names: list[str]) -> None:
    """With and without a header, with a mark, with semicolons, in Korean"""
    file = tmp_path / "roster.csv"
    file.write_bytes(content)
    assert [person.name for person in read_roster(file)] == names


@pytest.mark.parametrize("content", [b"", b"name,id\n", b"\xff\xff\xff\x00\x80"])
def test_rosters_that_are_none(tmp_path: Path, content: bytes) -> None:
    """One sentence each"""
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(RosterError):
        read_roster(tmp_path / "roster.csv")
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "nowhere.csv")
