"""The participant's pages: his katas, one kata with the forms, his submissions and their reports."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from checker.catalog import Kata
from checker.contest import clock
from checker.contest.errors import Refused
from checker.contest.views import KataStanding, Phase, SubmissionView, Team, Viewer
from checker.contest.web.glance import left_out
from checker.contest.web.limits import SOURCE_BYTES
from checker.contest.web.report import report_html
from checker.contest.web.site import Site, Told, lesson_html, see_other, utc
from checker.contest.web.uploads import content_of, snapshot_of
from checker.contest.web.waits import why
from checker.contest.web.writers import in_writers_thread
from checker.judging.snapshot import NOTEBOOK, Snapshot, SubmissionProblem
from checker.record_format import to_json
from checker.report.escape import terminal
from checker.verdict import Record

LATEST, AT_ONCE = 5, 100
# So many earlier ones are drawn beside a report.
ATTEMPTS = 10
_PICTURE = re.compile(r"^[\w-]+\.png$")


class Pages:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def home(self, request: Request) -> Response:
        """The katas of whoever is signed in; a welcome for everybody else."""
        site = self._site
        visitor = site.visitor(request)
        if visitor.team is None:
            if visitor.is_organiser:
                return see_other("/organiser")
            return site.page(request, "sign_in.html.j2", problem="", is_for_organiser=False)
        has_begun = site.glance(request).phase is not Phase.BEFORE
        return site.page(
            request,
            "home.html.j2",
            katas=site.contest.opened(visitor.team),
            latest=site.contest.submissions(visitor.team)[:LATEST],
            has_begun=has_begun,
            why=why,
        )

    def history(self, request: Request) -> Response:
        """The submissions of the team, a hundred at a time, the newest first."""
        team = self._site.team(request)
        found = self._site.contest.submissions(team)
        before = request.query_params.get("before", "")
        if re.fullmatch(r"[0-9]{1,9}", before):
            found = [one for one in found if one.id < int(before)]
        shown = found[:AT_ONCE]
        older = shown[-1].id if len(found) > AT_ONCE else None
        return self._site.page(request, "history.html.j2", submissions=shown, older=older, why=why)

    def kata(self, request: Request) -> Response:
        """Lesson, stub, forms, and what was submitted."""
        return self._kata_page(request, self._site.team(request))

    def stub(self, request: Request) -> Response:
        """The file to start from."""
        standing = self._open_kata(request, self._site.team(request))
        headers = {"Content-Disposition": f'attachment; filename="{standing.kata.name}.py"'}
        return Response(
            standing.kata.stub.read_bytes(), headers=headers, media_type="text/x-python; charset=utf-8"
        )

    def picture(self, request: Request) -> Response:
        """A picture of a lesson."""
        standing = self._open_kata(request, self._site.team(request))
        name = request.path_params["name"]
        file = standing.kata.folder / name
        if not _PICTURE.match(name) or not file.is_file():
            raise Told(404, "error_404")
        return Response(file.read_bytes(), media_type="image/png")

    async def submit(self, request: Request) -> Response:
        """Take a submission."""
        async with request.form(max_files=1, max_fields=4, max_part_size=SOURCE_BYTES) as form:
            # It counts by when it was here whole.
            received_at = clock.now()
            name, content = await content_of(form)
            return await in_writers_thread(self._submitted, request, form, name, content, received_at)

    def submission(self, request: Request) -> Response:
        """One submission: where it is, or its report."""
        view = self._view(request)
        is_notebook = view.entry_name.lower().endswith(NOTEBOOK)
        return self._site.page(
            request,
            "submission.html.j2",
            view=view,
            why=why,
            left_out=left_out(self._site.contest, view.id) if is_notebook else (),
            **self._of(request, view),
        )

    def submission_fragment(self, request: Request) -> Response:
        """How far it is, for the script."""
        view = self._view(request)
        text = self._site.part(
            "_submission.html.j2", self._site.visitor(request).language, view=view, why=why
        )
        response = Response(text, media_type="text/html; charset=utf-8")
        # The script then loads the page with the report.
        response.headers["X-Katas-Settled"] = "1" if view.state in ("done", "void") else "0"
        return response

    def record(self, request: Request) -> Response:
        """The record as JSON."""
        view = self._view(request)
        record = self._site.contest.record(view.id, self._site.visitor(request).viewer)
        if record is None:
            raise Told(404, "record_missing")
        headers = {"Content-Disposition": f'attachment; filename="submission-{view.id}.json"'}
        return Response(to_json(record) + "\n", headers=headers, media_type="application/json")

    def _submitted(
        self, request: Request, form: FormData, name: str, content: bytes, received_at: datetime
    ) -> Response:
        site = self._site
        team = site.team(request)
        site.need_own_form(request, form.get("token"))
        kata = site.kata(request)
        try:
            snapshot: Snapshot = snapshot_of(name, content, kata)
            accepted = site.contest.submit(team, kata, snapshot, received_at)
        except SubmissionProblem as problem:
            refusal = site.say(request)("upload_refused", why=terminal(str(problem)))
            return self._kata_page(request, team, refusal, 422)
        except Refused as refused:
            return self._refused(request, team, kata, refused)
        return see_other(f"/submission/{accepted.id}")

    def _refused(self, request: Request, team: Team, kata: Kata, refused: Refused) -> Response:
        say = self._site.say(request)
        if refused.reason == "locked":
            raise Told(403, "not_open", number=kata.number, needed=self._standing(team, kata).needs)
        if refused.reason == "not_begun":
            raise Told(403, "not_begun", start=utc(refused.next_at))
        if refused.reason == "disqualified":
            raise Told(403, "disqualified", reason=terminal(team.disqualified_because))
        if refused.reason == "too_many":
            return self._kata_page(request, team, say("attempts_none", time=utc(refused.next_at)), 429)
        return self._kata_page(request, team, say("upload_refused", why=terminal(str(refused))), 422)

    def _kata_page(self, request: Request, team: Team, problem: str = "", status: int = 200) -> Response:
        standing = self._open_kata(request, team)
        kata = standing.kata
        language = self._site.visitor(request).language
        path = kata.lesson(language)
        return self._site.page(
            request,
            "kata.html.j2",
            status,
            kata=kata,
            kata_standing=standing,
            lesson=lesson_html(path, path.stat().st_mtime, kata.number),
            stub=kata.stub.read_text(encoding="utf-8"),
            submissions=[one for one in self._site.contest.submissions(team) if one.kata == kata.number][
                :AT_ONCE
            ],
            problem=problem,
            why=why,
        )

    def _open_kata(self, request: Request, team: Team) -> KataStanding:
        """How the team stands with the kata in the address.

        Raises:
            Told: it is locked, or the contest has not begun.
        """
        kata = self._site.kata(request)
        seen = self._site.glance(request)
        if seen.phase is Phase.BEFORE:
            raise Told(403, "not_begun", start=utc(seen.times.start))
        standing = self._standing(team, kata)
        if standing.state == "locked":
            raise Told(403, "not_open", number=kata.number, needed=standing.needs)
        return standing

    def _standing(self, team: Team, kata: Kata) -> KataStanding:
        return next(one for one in self._site.contest.opened(team) if one.kata.number == kata.number)

    def _view(self, request: Request) -> SubmissionView:
        """The submission in the address.

        Raises:
            NeedsSignIn: nobody is signed in.
            Told: there is none, or it is another team's.
        """
        visitor = self._site.visitor(request)
        if not visitor.is_organiser:
            self._site.team(request)
        number = request.path_params["number"]
        view = self._site.contest.submission(number, visitor.viewer)
        if view is None:
            raise Told(404, "no_submission", id=number)
        return view

    def _of(self, request: Request, view: SubmissionView) -> dict[str, Any]:
        """The report of a submission, where there is one."""
        visitor = self._site.visitor(request)
        kata = next((one for one in self._site.contest.katas if one.number == view.kata), None)
        record = self._site.contest.record(view.id, visitor.viewer) if view.outcome else None
        if record is None or kata is None:
            return {"kata": kata, "report": ""}
        history = [*self._before(view, visitor.viewer), record]
        return {"kata": kata, "report": report_html(record, kata, history, visitor.language)}

    def _before(self, view: SubmissionView, viewer: Viewer) -> list[Record]:
        """The records of the team's submissions to the same kata before this one, the oldest first."""
        contest = self._site.contest
        team = contest.team(view.team_id)
        if team is None:
            return []
        numbers = [
            one.id
            for one in contest.submissions(team)
            if one.kata == view.kata and one.id < view.id and one.outcome
        ]
        found = [contest.record(number, viewer) for number in reversed(numbers[:ATTEMPTS])]
        return [record for record in found if record is not None]
