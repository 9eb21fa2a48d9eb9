"""Draws katas/NN_name/learned.webp, the pictures that a lesson shows, from a judgement of the kata's reference.

    python tests/benchmarks/learned_pictures.py 01 04        # judges these references (minutes each where Keras trains)
    python tests/benchmarks/learned_pictures.py --kept DIR   # again from the records and pictures that an earlier call kept

Everything is kept in DIR (default: build/learned) as NN.json and, under its hash, each picture.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image

from checker.catalog import Kata, load
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.record_format import from_json, to_json
from checker.report.films import last_frame
from checker.verdict import Outcome, Record

WIDTH, GAP, HIGHEST, MOST_BYTES = 900, 14, 320, 60_000
# By kata, rows of pictures; those of a row are scaled to one height.
ROWS = {
    "01": [["path of descent", "predictions"]],
    "02": [["the sine", "the step", "the sawtooth"], ["mistakes"]],
    "03": [["codes in the plane", "from digit to digit"], ["reconstructions"]],
    "04": [
        ["gradients by layer", "hinges through the knots"],
        ["pieces along a segment", "tooth in a tooth"],
    ],
    "05": [["surest answers"], ["where it looks"], ["first kernels"]],
    "06": [["loss with and without the norm", "spread by depth"]],
    "07": [["drawings", "snapshots"], ["walks", "nearest training digits"]],
    "08": [["return by steps", "actions by angle and speed"], ["an episode"]],
}


def main() -> None:
    """Judge and draw, or draw again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("numbers", nargs="*", help="katas whose references are judged")
    parser.add_argument("--kept", type=Path, default=Path("build/learned"), metavar="DIR")
    given = parser.parse_args()
    for kata in load():
        file = given.kept / f"{kata.number}.json"
        if kata.number in given.numbers:
            options = JudgeOptions(data=kata.source.repeatable_choice)
            record = judge(kata, kata.reference, options, surroundings=Surroundings(pictures=given.kept))
            print(kata.number, record.outcome, f"{record.seconds:.0f} s", flush=True)
            if record.outcome is Outcome.PASSED:
                file.write_text(to_json(record), encoding="utf-8")
        if file.exists() and (kata.number in given.numbers or not given.numbers):
            draw(kata, from_json(file.read_text(encoding="utf-8")), given.kept)


def draw(kata: Kata, record: Record, kept: Path) -> None:
    """Write the sheet of one kata."""
    known = {one.name: (kept / one.sha256).read_bytes() for one in record.artifacts}
    rows = [row_of([opened(known[name]) for name in names if name in known]) for names in ROWS[kata.number]]
    sheet = Image.new("RGB", (WIDTH, sum(row.height + GAP for row in rows) - GAP), "white")
    top = 0
    for row in rows:
        sheet.paste(row, ((WIDTH - row.width) // 2, top))
        top += row.height + GAP
    place = kata.folder / "learned.webp"
    for quality in (90, 80, 70, 60, 50, 40):
        sheet.save(place, "WEBP", quality=quality, method=6)
        if place.stat().st_size <= MOST_BYTES:
            break
    print(place.name, kata.number, sheet.size, place.stat().st_size, "bytes, quality", quality)


def opened(content: bytes) -> Image.Image:
    """A picture on white paper; of a film its last frame."""
    picture = Image.open(io.BytesIO(last_frame(content) or content)).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def row_of(pictures: list[Image.Image]) -> Image.Image:
    """Pictures beside each other, as wide as the sheet unless they would be too high, or larger than they are."""
    room = WIDTH - GAP * (len(pictures) - 1)
    height = min(
        room / sum(one.width / one.height for one in pictures), HIGHEST, *(one.height for one in pictures)
    )
    scaled = [
        one.resize((round(one.width * height / one.height), round(height)), Image.Resampling.LANCZOS)
        for one in pictures
    ]
    row = Image.new("RGB", (sum(one.width + GAP for one in scaled) - GAP, round(height)), "white")
    left = 0
    for one in scaled:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row


if __name__ == "__main__":
    main()
