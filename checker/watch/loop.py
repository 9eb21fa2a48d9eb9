"""What `katas watch` does when: a save, a key, a verdict.

One judgement runs at a time. A save while it runs ends it and begins the newer one: what was saved last is what is judged.
While nothing runs, a judge waits with everything imported, so that the next save is answered at once.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from checker.catalog import Kata
from checker.errors import KatasError
from checker.judging.judge_process import Cancelled, Event
from checker.judging.session import JudgeOptions, ReadyJudge, Surroundings
from checker.languages.translation import _
from checker.watch.saves import Saves, fingerprint
from checker.workspace.attempt import Attempt, attempt, choose
from checker.workspace.workspace import Workspace

LOOK_SECONDS = 0.1


class Screen(Protocol):
    """What a person sees."""

    def begins(self, kata: Kata, *, whole: bool) -> Callable[[Event], None]:
        """A judgement begins; takes its events."""

    def ended(self) -> None:
        """It has ended: nothing moves any more."""

    def shows(self, kata: Kata, result: Attempt, *, whole: bool) -> None:
        """A verdict."""

    def says(self, sentence: str) -> None:
        """Something that is no verdict."""

    def waits(self, kata: Kata) -> None:
        """Nothing happens until somebody saves or presses a key."""


@dataclass(frozen=True)
class _Done:
    """How a judgement ended: with a result, an error of ours, or because a newer save came."""

    kata: Kata
    whole: bool
    result: Attempt | None = None
    error: BaseException | None = None


class Watch:
    """Watches the folder of one kata at a time."""

    def __init__(
        self,
        workspace: Workspace,
        katas: Sequence[Kata],
        kata: Kata,
        screen: Screen,
        options: JudgeOptions,
    ) -> None:
        self.kata = kata
        self._workspace = workspace
        self._katas = katas
        self._screen = screen
        self._options = options
        self._saved = threading.Event()
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
        self._cancel: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._next: bool | None = None
        self._judged = ""
        self._ready: ReadyJudge | None = None
        self._saves: Saves | None = None
        self.passed = False

    @property
    def is_judging(self) -> bool:
        """Whether a judgement runs."""
        return self._thread is not None

    def begin(self) -> None:
        """Begin with the current state of the file.

        Raises:
            KatasError: it cannot be judged, for instance because the kata is locked.
        """
        self._follow(self.kata)
        self._judge(whole=False)

    def step(self) -> None:
        """Look at what has happened since: judge what was saved, show what was judged."""
        with suppress(queue.Empty):
            self._take(self._done.get_nowait())
        if self._saved.is_set():
            self._saved.clear()
            if fingerprint(self._workspace.folder(self.kata)) != self._judged:
                self._judge(whole=False)

    def judge_whole(self) -> None:
        """Judge with training, and unlock."""
        self._judge(whole=True)

    def go_on(self) -> bool:
        """Turn to the kata that is open now; whether it is another one."""
        kata = choose(self._workspace, self._katas, self._workspace.root)
        if kata.name == self.kata.name:
            return False
        self.end()
        self.kata, self.passed, self._judged = kata, False, ""
        self.begin()
        return True

    def end(self) -> None:
        """End everything that was started."""
        self._next = None
        if self._saves is not None:
            self._saves.end()
        if self._thread is not None:
            assert self._cancel is not None
            self._cancel.set()
            self._thread.join()
            self._thread = None
            self._screen.ended()
        with suppress(queue.Empty):
            self._done.get_nowait()
        if self._ready is not None:
            self._ready.end()
            self._ready = None

    def _follow(self, kata: Kata) -> None:
        self._saves = Saves(self._workspace.folder(kata), self._saved.set)
        if self._saves.polls:
            self._screen.says(
                _("This disk does not tell of changes, so the folder is looked at twice a second.")
            )

    def _judge(self, *, whole: bool) -> None:
        if self._thread is not None:
            # The newer one begins when the older one has ended.
            assert self._cancel is not None
            self._next = whole
            self._cancel.set()
            return
        self._judged = fingerprint(self._workspace.folder(self.kata))
        on_event = self._screen.begins(self.kata, whole=whole)
        self._cancel = threading.Event()
        self._thread = threading.Thread(
            target=self._in_thread, args=(self.kata, whole, on_event, self._cancel), daemon=True
        )
        self._thread.start()

    def _in_thread(
        self, kata: Kata, whole: bool, on_event: Callable[[Event], None], cancel: threading.Event
    ) -> None:
        options = replace(self._options, quick=not whole)
        try:
            result = attempt(
                self._workspace,
                self._katas,
                kata,
                options,
                on_event,
                surroundings=Surroundings(
                    cancel=cancel, pictures=self._workspace.pictures if whole else None
                ),
                ready=None if whole else self._ready,
            )
            self._done.put(_Done(kata, whole, result))
        except BaseException as error:
            self._done.put(_Done(kata, whole, error=error))
            return
        if not cancel.is_set():
            self._make_ready(kata)

    def _make_ready(self, kata: Kata) -> None:
        """Let a judge wait for the next save."""
        options = replace(self._options, quick=True)
        if self._ready is not None and self._ready.serves(kata, options):
            return
        if self._ready is not None:
            self._ready.end()
        # Without one, the next save is answered a little later.
        with suppress(KatasError, OSError):
            self._ready = ReadyJudge(kata, options)

    def _take(self, done: _Done) -> None:
        assert self._thread is not None
        self._thread.join()
        self._thread = None
        self._screen.ended()
        following, self._next = self._next, None
        if done.result is not None and following is None:
            self.passed = done.whole and done.result.record.outcome.exit_code == 0
            self._screen.shows(done.kata, done.result, whole=done.whole)
        elif isinstance(done.error, KatasError) and not isinstance(done.error, Cancelled):
            self._screen.says(_(str(done.error)))
        elif done.error is not None and not isinstance(done.error, Cancelled):
            raise done.error
        if following is None:
            self._screen.waits(self.kata)
        else:
            self._judge(whole=following)
