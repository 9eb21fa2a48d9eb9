"""Judging: takes from the queue, gives to an engine, keeps what comes back.

While the database is away, results are kept and tried again; while no engine is to be had, it is waited for, and the reason is
to be read on the organiser's page.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from checker.contest import clock, control, queue, snapshots, tables
from checker.contest.errors import CannotJudge, DatabaseUnavailable
from checker.contest.plain import plain_text
from checker.contest.results import result_of
from checker.contest.services import Contest
from checker.errors import KatasError
from checker.grading.engine import Ended, Engine, Work
from checker.verdict import Outcome

_log = logging.getLogger("katas.contest")
SANDBOX = "strict"
LOOK_SECONDS = 0.5
AWAY_SECONDS = 1.0
PHASE_SECONDS = 2.0
# So many failures of the judge in a row, on different submissions, are the machine's fault: it rests, then tries one alone.
MOST_IN_A_ROW = 3
REST_SECONDS = 60.0
# A judgement that outlives its own deadline by this is no longer prolonged, whatever holds its process up.
GRACE_SECONDS = 300.0
Tell = Callable[[str], None]


@dataclass
class _Running:
    lease: queue.Lease
    work: Work
    # By a clock that nobody sets and that stands still while the machine sleeps.
    since: float


class Judges:
    """Judges a contest's submissions with one engine."""

    def __init__(self, contest: Contest, make_engine: Callable[[Tell], Engine]) -> None:
        self._contest = contest
        self._make_engine = make_engine
        self._katas = {kata.number: kata for kata in contest.katas}
        self._names = {kata.number: kata.name for kata in contest.katas}
        self._place = place_name(contest.folder)
        self.name = f"{self._place}/{os.getpid()}"
        self._engine: Engine | None = None
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._results: list[Ended] = []
        self._not_begun: list[queue.Lease] = []
        self._failed_in_a_row: dict[str, set[int]] = {}
        self._prolonged_at = clock.now()
        self._rests_until = 0.0
        self._slots = 0
        self._phases: dict[str, str] = {}
        self._told_phases = 0.0
        self._says = "it starts"
        self._shown = (0, "")

    def run(self, stop: threading.Event) -> None:
        """Judge until `stop` is set; then give back what is not judged to the end."""
        beat = threading.Thread(target=self._beat, args=(stop,), daemon=True)
        self._until_it_works(stop, self._take_back)
        beat.start()
        try:
            self._engine = self._started(stop)
            while not stop.is_set() and self._engine is not None:
                try:
                    happened = self.step(self._engine)
                except DatabaseUnavailable as error:
                    _log.warning("%s", error)
                    stop.wait(AWAY_SECONDS)
                    continue
                if not happened and not self._running:
                    stop.wait(LOOK_SECONDS)
        finally:
            stop.set()
            beat.join(timeout=queue.HEARTBEAT_SECONDS)
            self._end()

    def step(self, engine: Engine) -> bool:
        """One round: keep what has come back, begin what fits; whether something happened."""
        self._results += engine.ended()
        kept = len(self._results)
        self._store(engine)
        self._tell_phases(engine)
        return self._fill(engine) or kept > 0

    def _tell_phases(self, engine: Engine) -> None:
        """Let those who wait see what is done with their submission, now and then."""
        if time.monotonic() - self._told_phases < PHASE_SECONDS or not self._running:
            return
        self._told_phases = time.monotonic()
        known = {key: plain_text(text, 200) for key, text in engine.phases().items()}
        changed = {
            key: text for key, text in known.items() if self._phases.get(key) != text and key in self._running
        }
        if changed:
            with self._contest.database.write() as connection:
                for key, text in changed.items():
                    queue.say_phase(connection, self._running[key].lease, text)
        self._phases = known

    def _take_back(self) -> None:
        """What predecessors in this place had taken when they were killed waits again."""
        with self._contest.database.write() as connection:
            count = queue.lose_overdue(connection, clock.now(), self._names, dead=f"{self._place}/")
            connection.execute(
                tables.judge.delete().where(
                    tables.judge.c.name.startswith(f"{self._place}/", autoescape=True)
                )
            )
        if count:
            _log.warning("%d judgements of a judge that was killed are judged again", count)

    def _started(self, stop: threading.Event) -> Engine | None:
        """The engine; where it cannot be had at present, as without a scheduler, it is waited for."""
        while not stop.is_set():
            try:
                engine = self._make_engine(self._tell)
                self._tell("")
                return engine
            except CannotJudge:
                raise
            except KatasError as error:
                self._tell(str(error))
                stop.wait(REST_SECONDS / 6)
        return None

    def _fill(self, engine: Engine) -> bool:
        """Begin as many judgements as there are slots; whether one was begun."""
        slots = engine.slots
        self._note_slots(slots)
        began = False
        most = min(slots, 1 if self._is_suspect else slots)
        if clock.now() - self._prolonged_at > queue.LEASE / 2:
            # The database was away, or the machine slept: what is ours is not to be taken for overdue.
            self._prolong()
        while len(self._running) < most and time.monotonic() >= self._rests_until and self._something_waits():
            with self._contest.database.write() as connection:
                paused = control.paused(connection)
                lease = queue.take(connection, self.name, self._names, paused, clock.now())
            if lease is None:
                break
            work = Work(lease.token, self._katas[lease.kata], snapshots.from_bytes(lease.content), SANDBOX)
            with self._lock:
                self._running[lease.token] = _Running(lease, work, time.monotonic())
            try:
                began = engine.start(work)
            except OSError as error:
                # No room, no process: not the submission's fault.
                began = False
                self._rest(f"a judgement cannot be started here ({error.strerror or error})")
            if not began:
                self._not_begun.append(lease)
                break
        return began

    @property
    def _is_suspect(self) -> bool:
        return any(len(failed) >= MOST_IN_A_ROW for failed in self._failed_in_a_row.values())

    def _something_waits(self) -> bool:
        """Whether it is worth a transaction that writes."""
        j = tables.judgement.c
        over = sa.and_(j.state == "judging", j.lease_until < clock.now())
        with self._contest.database.read() as connection:
            query = sa.select(j.id).where(sa.or_(j.state == "waiting", over)).limit(1)
            return connection.execute(query).first() is not None

    def _store(self, engine: Engine | None) -> None:
        """Keep what has come back; what cannot be kept now stays for the next time. Without an engine it is the last time."""
        while self._not_begun:
            lease = self._not_begun[0]
            with self._contest.database.write() as connection:
                queue.give_back(connection, lease, self.name)
            self._forget(lease.token)
            self._not_begun.pop(0)
        while self._results:
            ended = self._results[0]
            running = self._running[ended.key]
            record, now = ended.record, clock.now()
            with self._contest.database.write() as connection:
                if record is None or record.outcome is Outcome.JUDGE_ERROR:
                    why = f"{ended.host}: {_reason(ended)}"
                    queue.lose(connection, running.lease, why, self.name, self._names, now)
                else:
                    why = plain_text(f"{ended.host}: {ended.why}", 300)
                    queue.finish(connection, running.lease, result_of(record, why), self.name, now)
            self._forget(ended.key)
            self._results.pop(0)
            if engine is not None:
                self._judge_the_host(engine, ended, running.lease.submission_id)

    def _judge_the_host(self, engine: Engine, ended: Ended, submission_id: int) -> None:
        """A host that fails on one submission after the other is used no more; the last one rests and is tried again."""
        if ended.record is not None and ended.record.outcome is not Outcome.JUDGE_ERROR:
            self._failed_in_a_row.pop(ended.host, None)
            self._rests_until = 0.0
            return
        failed = self._failed_in_a_row.setdefault(ended.host, set())
        failed.add(submission_id)
        if len(failed) >= MOST_IN_A_ROW:
            if engine.retire(ended.host):
                del self._failed_in_a_row[ended.host]
                return
            self._rest(
                f"it failed on {len(failed)} submissions in a row on {ended.host}; the last reason: {_reason(ended)}"
            )

    def _rest(self, why: str) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS
        self._tell(f"{why}. It tries again every minute; type `katas contest doctor` there")

    def _forget(self, key: str) -> None:
        with self._lock:
            self._running.pop(key, None)

    def _tell(self, sentence: str) -> None:
        if sentence and sentence != self._says:
            _log.warning("%s", sentence)
        self._says = plain_text(sentence, 1000)

    def _note_slots(self, slots: int) -> None:
        self._slots = slots
        if slots and not self._rests_until:
            self._tell("")
        if self._shown != (self._slots, self._says):
            self._show()

    def _beat(self, stop: threading.Event) -> None:
        """Prolong the leases and say that this judge is here, from a thread that nothing holds up."""
        while True:
            try:
                self._prolong()
                self._show()
            except DatabaseUnavailable as error:
                _log.warning("%s", error)
            except Exception:
                # Whatever it was: without this thread all that is judged would be taken for lost.
                _log.exception("a heartbeat failed")
            if stop.wait(queue.HEARTBEAT_SECONDS):
                return

    def _prolong(self) -> None:
        now = clock.now()
        with self._lock:
            leases = [
                one.lease
                for one in self._running.values()
                if time.monotonic() - one.since < one.work.deadline + GRACE_SECONDS
            ]
        if leases:
            with self._contest.database.write() as connection:
                queue.keep(connection, leases, now)
        self._prolonged_at = now

    def _show(self) -> None:
        shown = self._slots, self._says
        values = {"slots": shown[0], "seen_at": clock.now(), "says": shown[1]}
        judge = tables.judge
        with self._contest.database.write() as connection:
            changed = connection.execute(judge.update().where(judge.c.name == self.name).values(values))
            if not changed.rowcount:
                connection.execute(judge.insert().values(name=self.name, **values))
        self._shown = shown

    def _end(self) -> None:
        """Keep what is judged, give back what is not, and end what runs."""
        if self._engine is not None:
            with suppress(DatabaseUnavailable):
                self._results += self._engine.ended()
                self._store(None)
            self._engine.close()
        self.give_back()

    def give_back(self) -> None:
        """Let all that was taken wait again."""
        with suppress(DatabaseUnavailable), self._contest.database.write() as connection:
            for one in list(self._running.values()):
                queue.give_back(connection, one.lease, self.name)
            connection.execute(tables.judge.delete().where(tables.judge.c.name == self.name))

    @staticmethod
    def _until_it_works(stop: threading.Event, action: Callable[[], None]) -> None:
        while not stop.is_set():
            try:
                action()
                return
            except DatabaseUnavailable as error:
                _log.warning("%s", error)
                stop.wait(AWAY_SECONDS)


def place_name(folder: Path) -> str:
    """What judges of this folder on this machine are called: whoever holds the folder's lock speaks for all of that name."""
    return f"{socket.gethostname()}/{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def _reason(ended: Ended) -> str:
    """Why there is no verdict, in a line."""
    record = ended.record
    said = record.checks[-1].message if record is not None and record.checks else ended.why
    return plain_text(said.strip().splitlines()[-1], 300) if said.strip() else "no reason given"
