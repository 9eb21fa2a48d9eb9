"""The organiser's pages: how the contest stands, and what he can do. Each act is a form; what cannot be undone is asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from checker.contest import clock, exports
from checker.contest.errors import ContestError
from checker.contest.views import ORGANISER, Team
from checker.contest.web.site import Site, Told, see_other, utc
from checker.contest.web.waits import why
from checker.report.escape import terminal

WHO = "organiser"
EXPORTS = ("board.csv", "records.jsonl")
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Act:
    """Something that the organiser can do.

    `question` is the text that asks before it is done, and what to put into it; None where it can be undone.
    """

    do: Callable[[Request, Fields], Response]
    question: Callable[[Fields], tuple[str, dict[str, object]]] | None = None


class Organiser:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._acts = {
            "pause": Act(self._pause),
            "resume": Act(self._resume),
            "announce": Act(self._announce),
            "extend": Act(
                self._extend, lambda given: ("ask_extend", {"time": utc(_moment(given.get("end", "")))})
            ),
            "disqualify": Act(self._disqualify, self._asks_about_team("ask_disqualify")),
            "requalify": Act(self._requalify),
            "new-code": Act(self._new_code, self._asks_about_team("ask_new_code")),
            "rejudge": Act(self._rejudge, self._asks_to_rejudge),
            "apply": Act(self._apply, lambda given: ("ask_apply", {"number": _number(given, "number")})),
            "drop": Act(self._drop, lambda given: ("ask_drop", {"number": _number(given, "number")})),
            "reveal": Act(self._reveal, lambda given: ("ask_reveal", {})),
            "final": Act(self._final, lambda given: ("ask_final", {})),
        }

    def home(self, request: Request) -> Response:
        """How the contest stands, and all that can be done."""
        return self._home(request)

    def rejudging(self, request: Request) -> Response:
        """What a rejudging would change."""
        self._site.need_organiser(request)
        try:
            view = self._site.contest.rejudging(request.path_params["number"])
        except ContestError:
            raise Told(404, "error_404") from None
        return self._site.page(request, "rejudging.html.j2", view=view)

    def export(self, request: Request) -> Response:
        """A file with what there is."""
        self._site.need_organiser(request)
        kind = request.path_params["kind"]
        headers = {"Content-Disposition": f'attachment; filename="{kind}"'}
        contest = self._site.contest
        if kind == "board.csv":
            text = exports.as_csv(contest.board(ORGANISER, clock.now()))
            return Response(text, headers=headers, media_type="text/csv; charset=utf-8")
        if kind == "records.jsonl":
            # Line by line: all records of a large contest do not fit into memory at once.
            lines = (line + "\n" for line in exports.records(contest))
            return StreamingResponse(lines, headers=headers, media_type="application/jsonl")
        raise Told(404, "error_404")

    async def act(self, request: Request) -> Response:
        """Do what a form says, or ask first."""
        async with request.form(max_files=0, max_fields=10) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            return await run_in_threadpool(self._act, request, fields)

    def _act(self, request: Request, given: Fields) -> Response:
        site = self._site
        site.need_organiser(request)
        site.need_own_form(request, given.get("token"))
        act = self._acts.get(request.path_params["act"])
        if act is None:
            raise Told(404, "error_404")
        try:
            if act.question is not None and given.get("confirmed") != "yes":
                key, values = act.question(given)
                kept = {name: value for name, value in given.items() if name not in ("token", "confirmed")}
                return site.page(
                    request,
                    "confirm.html.j2",
                    question=site.say(request)(key, **values),
                    kept=kept,
                    back=_place(given),
                )
            return act.do(request, given)
        except ContestError as error:
            # Said on his own page, beside what he can do instead.
            return self._home(request, problem=terminal(str(error)), status=409)
        except Told as told:
            return self._home(
                request, problem=site.say(request)(told.key, **told.values), status=told.status_code
            )

    def _home(self, request: Request, problem: str = "", status: int = 200, **shown: object) -> Response:
        site = self._site
        site.need_organiser(request)
        contest = site.contest
        return site.page(
            request,
            "organiser.html.j2",
            status,
            state=contest.state(),
            teams=contest.teams(),
            katas=contest.katas,
            problem=problem,
            why=why,
            export_names=EXPORTS,
            **{"new_code": None, **shown},
        )

    def _pause(self, request: Request, given: Fields) -> Response:
        self._site.contest.pause(self._chosen_katas(given), WHO)
        return see_other(_place(given))

    def _resume(self, request: Request, given: Fields) -> Response:
        self._site.contest.resume(self._chosen_katas(given), WHO)
        return see_other(_place(given))

    def _announce(self, request: Request, given: Fields) -> Response:
        self._site.contest.announce(given.get("text", "").replace("\r\n", "\n").strip(), WHO)
        return see_other(_place(given))

    def _extend(self, request: Request, given: Fields) -> Response:
        self._site.contest.extend(_moment(given.get("end", "")), WHO)
        return see_other(_place(given))

    def _disqualify(self, request: Request, given: Fields) -> Response:
        reason = given.get("reason", "").strip()
        if not reason:
            raise Told(422, "need_reason")
        self._site.contest.disqualify(self._team(given), reason, WHO)
        return see_other(_place(given))

    def _requalify(self, request: Request, given: Fields) -> Response:
        self._site.contest.requalify(self._team(given), WHO)
        return see_other(_place(given))

    def _new_code(self, request: Request, given: Fields) -> Response:
        team = self._team(given)
        code = self._site.contest.new_code(team, WHO)
        # Not after a redirect: it would have to be kept somewhere until then.
        return self._home(request, new_code=(team, code))

    def _rejudge(self, request: Request, given: Fields) -> Response:
        number = self._site.contest.rejudge(self._filter(given), WHO)
        return see_other(f"/organiser/rejudging/{number}")

    def _apply(self, request: Request, given: Fields) -> Response:
        number = _number(given, "number")
        self._site.contest.apply(number, WHO)
        return see_other(f"/organiser/rejudging/{number}")

    def _drop(self, request: Request, given: Fields) -> Response:
        number = _number(given, "number")
        self._site.contest.drop(number, WHO)
        return see_other(f"/organiser/rejudging/{number}")

    def _reveal(self, request: Request, given: Fields) -> Response:
        self._site.contest.reveal_step(WHO)
        return see_other(_place(given))

    def _final(self, request: Request, given: Fields) -> Response:
        self._site.contest.start_final(WHO)
        return see_other(_place(given))

    def _chosen_katas(self, given: Fields) -> list[str]:
        wanted = given.get("katas", "*")
        if wanted != "*" and wanted not in {kata.number for kata in self._site.contest.katas}:
            raise Told(422, "no_kata", number=terminal(wanted[:20]))
        return [wanted]

    def _filter(self, given: Fields) -> dict[str, list[object]]:
        """What is to be judged again: one submission, a kata, or all."""
        if given.get("submission", "").strip():
            return {"submissions": [_number(given, "submission")]}
        katas = self._chosen_katas(given)
        return {} if katas == ["*"] else {"katas": list(katas)}

    def _asks_to_rejudge(self, given: Fields) -> tuple[str, dict[str, object]]:
        chosen = self._filter(given)
        what = (
            f"#{chosen['submissions'][0]}" if "submissions" in chosen else str(chosen.get("katas", ["*"])[0])
        )
        return "ask_rejudge", {"what": what}

    def _team(self, given: Fields) -> Team:
        team = self._site.contest.team(_number(given, "team"))
        if team is None:
            raise Told(404, "no_team")
        return team

    def _asks_about_team(self, key: str) -> Callable[[Fields], tuple[str, dict[str, object]]]:
        def question(given: Fields) -> tuple[str, dict[str, object]]:
            if key == "ask_disqualify" and not given.get("reason", "").strip():
                raise Told(422, "need_reason")
            return key, {"team": terminal(self._team(given).name)}

        return question


def _place(given: Fields) -> str:
    """Where to go afterwards."""
    return "/projector" if given.get("next") == "/projector" else "/organiser"


def _number(given: Fields, name: str) -> int:
    text = given.get(name, "").strip().removeprefix("#")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Told(422, "need_number", value=terminal(text[:20]) or "–")
    return int(text)


def _moment(text: str) -> datetime:
    """A time in UTC as `2026-11-28 17:00`, or as a browser's field for times sends it."""
    try:
        return datetime.strptime(text.strip().replace("T", " ")[:16], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise Told(422, "need_time", value=terminal(text[:30]) or "–") from None
