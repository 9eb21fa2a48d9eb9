"""Cats and dogs: layouts, damaged files, limits, the cache, and which source is taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from checker.datasets import cats_dogs, photo_files
from checker.datasets.errors import DataError
from tests.dataset_server import serving

EACH = 4
LAYOUTS = {
    "filtered archive": "cats_and_dogs_filtered/{part}/{kind}s/{kind}.{i}.jpg",
    "full archive": "PetImages/{Kind}/{i}.jpg",
    "kaggle": "train/{kind}.{i}.jpg",
    "flat": "{kind}.{i}.jpg",
    "two folders": "{kind}s/{i}.JPG",
    "nested": "my photos/validation/{Kind}s/holiday {i}.jpeg",
}


def photo(number: int, width: int = 60, height: int = 40) -> bytes:
    """A JPEG of one colour that tells its number."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (40 + 20 * number, 200 - 20 * number, 90)).save(file, "JPEG")
    return file.getvalue()


def members(layout: str) -> dict[str, bytes]:
    names = {}
    for kind in ("cat", "dog"):
        for i in range(EACH):
            part = "train" if i % 2 else "validation"
            name = LAYOUTS[layout].format(kind=kind, Kind=kind.title(), i=i, part=part)
            names[name] = photo(i + (EACH if kind == "dog" else 0))
    return names


def in_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def in_archive(file: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KATAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cats_dogs, "FEWEST_OF_A_KIND", 3)


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("place", ["folder", "archive"])
def test_layouts(tmp_path, layout, place):
    files = {**members(layout), "readme.txt": b"?", "Thumbs.db": b"x", "PetImages/Cat/Thumbs.db": b"x"}
    files |= {"__MACOSX/cats/._1.jpg": b"x", "test1/1.jpg": photo(0)}
    source = in_folder(tmp_path / "p", files) if place == "folder" else in_archive(tmp_path / "p.zip", files)
    found = cats_dogs.load(16, str(source))
    assert (found.kind, found.damaged) == ("own", 0)
    assert found.images.shape == (2 * EACH, 16, 16, 3) and found.labels.dtype == np.int64
    # The red channel tells which photo it is: those of dogs have the higher numbers.
    numbers = np.round((found.images[:, 8, 8, 0].astype(float) - 40) / 20).astype(int)
    assert sorted(numbers.tolist()) == list(range(2 * EACH))
    np.testing.assert_array_equal(found.labels, numbers >= EACH)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("cats/1.jpg", 0),
        ("dog.12.jpg", 1),
        ("Dog/cat.jpg", 1),
        ("dogs/cats/1.png", 0),
        ("cat-7.webp", 0),
        ("dogs_at_sea.jpg", 1),
        ("catalogue.jpg", None),
        ("dogma/1.jpg", None),
        ("concat/1.jpg", None),
        ("cats/1.txt", None),
        ("cats/.hidden.jpg", None),
        ("1.jpg", None),
    ],
)
def test_what_a_name_says(name, label):
    assert photo_files.label_of(name) == label


def test_photos_are_cut_to_their_middle_square():
    image = Image.new("RGB", (90, 30), (255, 0, 0))
    image.paste((0, 0, 255), (30, 0, 60, 30))
    file = io.BytesIO()
    image.save(file, "PNG")
    small = photo_files.decode(file.getvalue(), 16)
    assert small.shape == (16, 16, 3)
    assert small[:, 4:-4].mean(axis=(0, 1)).tolist() == [0, 0, 255]


def png_of_size(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


DAMAGED = {
    "empty": b"",
    "text": b"this is no photo",
    "cut short": photo(1, 600, 400)[:700],
    "another format": b"GIF89a" + bytes(40),
    "huge picture": png_of_size(60_000, 60_000),
}


@pytest.mark.parametrize("how", DAMAGED)
@pytest.mark.parametrize("place", ["folder", "archive"])
def test_damaged_files_are_counted_and_left_out(tmp_path, how, place):
    files = {**members("two folders"), "cats/bad.jpg": DAMAGED[how]}
    source = in_folder(tmp_path / "p", files) if place == "folder" else in_archive(tmp_path / "p.zip", files)
    found = cats_dogs.load(16, str(source))
    assert (len(found.images), found.damaged) == (2 * EACH, 1)
    assert "damaged files left out: 1" in found.source


def test_a_member_that_unpacks_to_too_much_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(photo_files, "MAX_FILE_BYTES", 100_000)
    files = {**members("kaggle"), "train/cat.99.jpg": photo(0) + bytes(1_000_000)}
    source = in_archive(tmp_path / "p.zip", files)
    assert source.stat().st_size < 100_000
    assert cats_dogs.load(16, str(source)).damaged == 1


def test_a_member_with_a_wrong_checksum_is_left_out(tmp_path):
    source = tmp_path / "p.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members("kaggle").items():
            archive.writestr(name, content)
    content = bytearray(source.read_bytes())
    content[content.find(photo(0)) + 300] ^= 0xFF
    source.write_bytes(content)
    assert cats_dogs.load(16, str(source)).damaged == 1


def test_members_named_outside_the_archive_write_nothing(tmp_path):
    files = {**members("kaggle"), "../../cat.7.jpg": photo(2), "/dog.8.jpg": photo(3)}
    (tmp_path / "deep").mkdir()
    source = in_archive(tmp_path / "deep" / "p.zip", files)
    assert len(cats_dogs.load(16, str(source)).images) == 2 * EACH + 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "deep"]


def test_mostly_damaged_photos_are_refused(tmp_path):
    files = members("two folders") | {f"cats/bad{i}.jpg": b"x" for i in range(20)}
    with pytest.raises(DataError, match="20 of the 28 photos"):
        cats_dogs.load(16, str(in_folder(tmp_path / "p", files)))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "0 readable photos of cats"),
        ({f"cats/{i}.jpg": photo(i) for i in range(6)}, "0 readable photos of dogs"),
        ({"notes.txt": b"x"}, "0 readable photos"),
    ],
)
def test_too_few_photos_say_what_is_missing(tmp_path, files, message):
    (tmp_path / "p").mkdir()
    with pytest.raises(DataError, match=message):
        cats_dogs.load(16, str(in_folder(tmp_path / "p", files)))


def test_neither_folder_nor_choice(tmp_path):
    with pytest.raises(DataError, match="check the spelling"):
        cats_dogs.load(16, "fotos")
    (tmp_path / "file.zip").write_text("no archive")
    with pytest.raises(DataError, match="neither a folder nor a readable zip"):
        cats_dogs.load(16, str(tmp_path / "file.zip"))
    with pytest.raises(DataError, match="500 pixels"):
        cats_dogs.load(500, "drawn")


def test_prepared_once_and_again_when_the_folder_changes(tmp_path, monkeypatch):
    folder = in_folder(tmp_path / "p", members("two folders"))
    first = cats_dogs.load(16, str(folder))
    decoded: list[int] = []
    decode = photo_files.decode
    monkeypatch.setattr(photo_files, "decode", lambda c, s: decoded.append(s) or decode(c, s))
    assert cats_dogs.load(16, str(folder)).sha256 == first.sha256
    assert decoded == []
    (folder / "dogs" / "new.jpg").write_bytes(photo(1))
    assert len(cats_dogs.load(16, str(folder)).images) == len(first.images) + 1
    assert len(decoded) == 2 * EACH + 1


@pytest.mark.parametrize("name", ["images.npy", "labels.npy", "about.json"])
@pytest.mark.parametrize("damage", ["flipped bit", "emptied", "gone"])
def test_damaged_cache_is_noticed_and_made_again(tmp_path, name, damage):
    folder = in_folder(tmp_path / "p", members("two folders"))
    first = cats_dogs.load(16, str(folder))
    images = np.array(first.images)
    (file,) = (tmp_path / "cache").rglob(name)
    content = bytearray(file.read_bytes())
    content[-8 if name == "labels.npy" else -30] ^= 1
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content if damage == "flipped bit" else b"")
    again = cats_dogs.load(16, str(folder))
    assert again.sha256 == first.sha256
    np.testing.assert_array_equal(again.images, images)


def test_most_takes_a_part_with_both_kinds(tmp_path):
    folder = in_folder(tmp_path / "p", members("two folders"))
    found = cats_dogs.load(16, str(folder), most=7)
    assert len(found.images) == 7 and 3 <= found.labels.sum() <= 4


def archive_on(server, files: dict[str, bytes], tmp_path: Path) -> dict[str, cats_dogs.Archive]:
    server.files["photos.zip"] = in_archive(tmp_path / "made.zip", files).read_bytes()
    return {"photos": cats_dogs.Archive("photo archive", server.url("photos.zip"), None)}


def test_archive_is_fetched_once_for_all_sizes(tmp_path, server):
    archives = archive_on(server, members("filtered archive"), tmp_path)
    for size in (16, 32, 16):
        found = cats_dogs.load(size, archives=archives)
        assert (found.kind, found.images.shape[1]) == ("photos", size)
        assert found.source.startswith("photo archive (8 pictures")
    assert server.asked == ["photos.zip"]


@pytest.mark.parametrize("how", ["missing", "truncated", "no archive", "too few"])
def test_without_photos_the_drawn_set_is_taken(tmp_path, server, how):
    files = members("kaggle") if how != "too few" else {"train/cat.1.jpg": photo(1)}
    archives = archive_on(server, files, tmp_path)
    if how == "missing":
        server.files.clear()
    elif how == "truncated":
        server.truncated.add("photos.zip")
    elif how == "no archive":
        server.files["photos.zip"] = b"a page that says no"
    found = cats_dogs.load(16, drawn=20, archives=archives)
    assert found.kind == "drawn" and len(found.images) == 20
    with pytest.raises(DataError):
        cats_dogs.load(16, "photos", archives=archives)


def test_unreachable_server_says_what_else_there_is(server):
    archives = {"full": cats_dogs.Archive("full archive", "http://127.0.0.1:9/f.zip", "0" * 64)}
    with pytest.raises(DataError, match=r"cannot be reached.*--data drawn"):
        cats_dogs.load(16, "full", archives=archives)


def test_damaged_archive_in_the_cache_is_fetched_again(tmp_path, server):
    archives = archive_on(server, members("kaggle"), tmp_path)
    cats_dogs.load(16, archives=archives)
    (file,) = (tmp_path / "cache").rglob("photos.zip")
    file.write_bytes(file.read_bytes()[:500])
    assert len(cats_dogs.load(32, archives=archives).images) == 2 * EACH
    assert server.asked == ["photos.zip"] * 2


def test_wrong_archive_is_refused_by_its_hash(tmp_path, server):
    archives = archive_on(server, members("kaggle"), tmp_path)
    archives = {"photos": cats_dogs.Archive("photo archive", archives["photos"].url, "0" * 64)}
    with pytest.raises(DataError, match="hash differs"):
        cats_dogs.load(16, "photos", archives=archives)


def test_drawn_pictures_come_from_the_cache_the_second_time(monkeypatch):
    from checker.datasets import drawn

    first = cats_dogs.load(16, "drawn", drawn=30)
    monkeypatch.setattr(drawn, "render", None)
    again = cats_dogs.load(16, "drawn", drawn=30)
    assert first.sha256 == again.sha256
    assert again.source == "drawn by the project (30 pictures of 16 x 16)"
