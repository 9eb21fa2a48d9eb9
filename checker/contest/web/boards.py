"""The board as a page, a part of a page, JSON and CSV: all from `Contest.board`, made once for each change and viewer."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from checker.catalog import Kata
from checker.contest import clock
from checker.contest.board import Board
from checker.contest.clock import as_text
from checker.contest.exports import as_csv
from checker.contest.views import PUBLIC, Viewer
from checker.contest.web.kata_board import order_in
from checker.contest.web.site import Site, Told
from checker.contest.web.tagged import Made, answer_with, made_of
from checker.record_format import to_plain

KEPT = 256
# When hundreds look on while many hand in, the board is made so often and not for each.
FRESH_SECONDS = 1.0
HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8"


class Boards:
    """The handlers, and what they made last."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._making = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Made] = OrderedDict()
        # By whether it is the organiser's: when it was asked for, and the number.
        self._numbers: dict[bool, tuple[float, int]] = {}

    def page(self, request: Request) -> Response:
        """The whole page."""
        return self._page(request, "board.html.j2", self._site.visitor(request).board_viewer)

    def projector(self, request: Request) -> Response:
        """The same in large, for a room: as everybody sees it, whoever is signed in."""
        return self._page(request, "projector.html.j2", PUBLIC)

    def organisers(self, request: Request) -> Response:
        """The board as it really stands."""
        self._site.need_organiser(request)
        return self._page(request, "board.html.j2", Viewer("organiser"))

    def fragment(self, request: Request) -> Response:
        """The table alone, for the script: of=public or of=organiser for another view than the visitor's own."""
        visitor = self._site.visitor(request)
        asked = request.query_params.get("of")
        viewer = PUBLIC if asked == "public" else visitor.board_viewer
        if asked == "organiser":
            self._site.need_organiser(request)
            viewer = Viewer("organiser")
        return answer_with(request, self._table(request, viewer, self._kata(request)), HTML)

    def as_json(self, request: Request) -> Response:
        """All of it as data."""
        return self._data(request, JSON, _as_json)

    def as_csv(self, request: Request) -> Response:
        """A row for each team."""
        return self._data(request, CSV, as_csv)

    def newest(self, viewer: Viewer = PUBLIC) -> int:
        """The number that moves with what this viewer may see."""
        contest = self._site.contest
        number = contest.seq() if viewer.is_organiser else contest.public_seq(clock.now())
        self._numbers[viewer.is_organiser] = (time.monotonic(), number)
        return number

    def _recent(self, viewer: Viewer) -> int:
        """The same, asked not more often than once in FRESH_SECONDS; never older than what the streams have told."""
        known = self._numbers.get(viewer.is_organiser)
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        return self.newest(viewer)

    def _page(self, request: Request, template: str, viewer: Viewer) -> Response:
        kata = self._kata(request)
        # Asked before the table is made: whatever changes meanwhile makes the script fetch it again.
        seq = self._recent(viewer)
        table = self._table(request, viewer, kata).body.decode()
        katas = self._site.contest.katas
        return self._site.page(request, template, table=table, kata=kata, katas=katas, viewer=viewer, seq=seq)

    def _data(self, request: Request, kind: str, write: Callable[[Board], str]) -> Response:
        def make() -> Made:
            return made_of(write(self._site.contest.board(PUBLIC, clock.now())).encode())

        return answer_with(request, self._once((kind, self._state(request, PUBLIC)), make), kind)

    def _state(self, request: Request, viewer: Viewer) -> tuple[object, ...]:
        """What the board of a viewer depends on: the log, and the clock by the phases that it brings."""
        seen = self._site.glance(request)
        return (viewer, self._recent(viewer), seen.phase, seen.times.revealed)

    def _kata(self, request: Request) -> Kata | None:
        number = request.query_params.get("kata")
        if not number:
            return None
        for kata in self._site.contest.katas:
            if kata.number == number:
                return kata
        raise Told(404, "no_kata", number=number[:20])

    def _table(self, request: Request, viewer: Viewer, kata: Kata | None) -> Made:
        """The table as HTML."""
        contest = self._site.contest
        state = self._state(request, viewer)
        language = self._site.visitor(request).language

        def make() -> Made:
            board = contest.board(viewer, clock.now())
            places = [one.number for one in contest.katas]
            context = {
                "board": board,
                "standing": self._site.glance(request),
                "rows": order_in(board, places.index(kata.number)) if kata else None,
                "katas": contest.katas,
                "kata": kata,
                "viewer": viewer,
            }
            return made_of(self._site.part("_board.html.j2", language, **context).encode())

        return self._once(("table", language, kata and kata.number, state), make)

    def _once(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What was made for this key; or it is made now, once, and whoever asks meanwhile waits for it."""
        with self._making:
            if (found := self._kept.get(key)) is None:
                found = self._kept[key] = make()
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
            return found


def _as_json(board: Board) -> str:
    return json.dumps(to_plain(board), ensure_ascii=False, allow_nan=False, indent=1, default=as_text) + "\n"
