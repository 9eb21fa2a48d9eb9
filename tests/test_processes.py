"""Process trees: CPU time that cannot hide, memory, and an end that leaves nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from checker.judging import sandbox
from checker.judging.host.others import Others
from checker.judging.host.process_tree import ProcessTree
from checker.judging.sandbox import Level, SandboxSpec

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux adds up what ended")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor these signals")

BURN = """
import os, sys, time, signal, subprocess
def burn(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass
"""
Start = Callable[[str], "tuple[subprocess.Popen[bytes], ProcessTree]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a script as a plain worker; returns it and its tree. All are ended after the test."""
    begun: list[tuple[subprocess.Popen[bytes], ProcessTree]] = []

    def starter(code: str) -> tuple[subprocess.Popen[bytes], ProcessTree]:
        script = tmp_path / f"script{len(begun)}.py"
        script.write_text(BURN + textwrap.dedent(code))
        scratch = tmp_path / f"scratch{len(begun)}"
        scratch.mkdir()
        command = [
            sys.executable,
            "-m",
            "timeit",
            "-n1",
            "-r1",
            f"import runpy; runpy.run_path({str(script)!r})",
        ]
        process = sandbox.start(command, SandboxSpec(Level.PLAIN, scratch))
        begun.append((process, ProcessTree(process.pid, process.wrappers)))
        return begun[-1]

    yield starter
    for process, tree in begun:
        tree.kill()
        process.communicate()


def wait_for_line(process: subprocess.Popen[bytes]) -> bytes:
    """The next line that a script prints."""
    assert process.stdout is not None
    return process.stdout.readline()


def watch(process: subprocess.Popen[bytes], tree: ProcessTree) -> float:
    """Look at a tree until its script prints a line, then its CPU seconds."""
    assert process.stdout is not None
    done = threading.Event()

    def until_line() -> None:
        wait_for_line(process)
        done.set()

    thread = threading.Thread(target=until_line)
    thread.start()
    while not done.wait(0.02):
        tree.sample()
    thread.join()
    return tree.cpu_seconds()


def test_own_time_is_exact(start: Start) -> None:
    """A process that burns half a second is charged half a second and its start-up"""
    process, tree = start("print('ready', flush=True); burn(0.5); print('done', flush=True); time.sleep(600)")
    wait_for_line(process)
    before = tree.cpu_seconds()
    assert 0.45 < watch(process, tree) - before < 0.65


@posix_only
def test_a_collected_child_counts_once(start: Start) -> None:
    """The time of a child that its parent waited for is counted, and not twice"""
    process, tree = start("""
        print("ready", flush=True)
        if os.fork() == 0:
            burn(0.6)
            os._exit(0)
        os.wait()
        print("done", flush=True)
        time.sleep(600)
    """)
    wait_for_line(process)
    before = tree.cpu_seconds()
    assert 0.55 < watch(process, tree) - before < 0.75


@linux_only
def test_a_child_that_nobody_waits_for_counts(start: Start) -> None:
    """Ignoring SIGCHLD makes the kernel forget a child's time; the judge has seen it"""
    process, tree = start("""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        print("ready", flush=True)
        if os.fork() == 0:
            burn(0.8)
            os._exit(0)
        try:
            os.wait()
        except ChildProcessError:
            pass
        print("done", flush=True)
        time.sleep(600)
    """)
    wait_for_line(process)
    before = tree.cpu_seconds()
    assert 0.6 < watch(process, tree) - before < 0.95


@linux_only
def test_a_child_that_outlives_its_parent_counts(start: Start) -> None:
    """A grandchild handed to another parent is still counted, while it runs and after it ended"""
    process, tree = start("""
        print("ready", flush=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                burn(0.6)
                print("done", flush=True)
            os._exit(0)
        os.wait()
        time.sleep(600)
    """)
    wait_for_line(process)
    before = tree.cpu_seconds()
    during = watch(process, tree) - before
    assert 0.55 < during < 0.75
    time.sleep(0.1)
    assert tree.cpu_seconds() - before >= during


@posix_only
def test_it_never_runs_backwards(start: Start) -> None:
    """Whatever starts and ends, the figure does not fall"""
    process, tree = start("""
        for _ in range(40):
            if os.fork() == 0:
                burn(0.01)
                os._exit(0)
            os.wait()
        print("done", flush=True)
        time.sleep(600)
    """)
    seen = [tree.cpu_seconds()]
    while seen[-1] < 0.4 and len(seen) < 2000:
        time.sleep(0.005)
        seen.append(tree.cpu_seconds())
    assert seen == sorted(seen)
    assert seen[-1] >= 0.4
    assert process.poll() is None


def test_memory_is_what_is_used(start: Start) -> None:
    """100 MB that are written to count; 10 GB that are only reserved do not"""
    process, tree = start("""
        import mmap
        print("ready", flush=True)
        reserved = mmap.mmap(-1, 10 << 30)
        sys.stdin.read(1)
        held = bytearray(os.urandom(1 << 20)) * 100
        print("done", flush=True)
        time.sleep(600)
    """)
    wait_for_line(process)
    before = tree.memory_bytes()
    assert process.stdin is not None
    process.stdin.write(b"x")
    process.stdin.flush()
    watch(process, tree)
    assert 90e6 < tree.memory_bytes() - before < 130e6


@linux_only
def test_shared_memory_counts(start: Start) -> None:
    """Memory cannot be hidden in shared pages"""
    process, tree = start("""
        import mmap
        print("ready", flush=True)
        sys.stdin.read(1)
        shared = mmap.mmap(-1, 100 << 20)
        shared.write(bytes(100 << 20))
        print("done", flush=True)
        time.sleep(600)
    """)
    wait_for_line(process)
    before = tree.memory_bytes()
    assert process.stdin is not None
    process.stdin.write(b"x")
    process.stdin.flush()
    watch(process, tree)
    assert tree.memory_bytes() - before > 90e6


@linux_only
def test_a_first_thread_that_leaves_hides_nothing(start: Start) -> None:
    """A process whose first thread has ended is still measured, counted and ended"""
    process, tree = start("""
        import ctypes, platform, threading
        def work():
            global held
            sys.stdin.read(1)
            held = bytearray(os.urandom(1 << 20)) * 100
            burn(0.3)
            print("done", flush=True)
            time.sleep(600)
        threading.Thread(target=work).start()
        print("ready", flush=True)
        ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
    """)
    wait_for_line(process)
    time.sleep(0.2)
    memory, cpu = tree.memory_bytes(), tree.cpu_seconds()
    assert process.stdin is not None
    process.stdin.write(b"x")
    process.stdin.flush()
    watch(process, tree)
    assert tree.memory_bytes() - memory > 90e6
    assert tree.cpu_seconds() - cpu > 0.25
    assert tree.process_count() == 1
    assert tree.kill()


@posix_only
def test_processes_are_counted_and_all_are_ended(start: Start) -> None:
    """Children in sessions of their own, orphans and a process that forks on and on: none is left"""
    process, tree = start("""
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            os.wait()
        print(os.getpid(), flush=True)
        while True:
            if os.fork() != 0:
                os._exit(0) if os.getpid() % 2 else time.sleep(0.01)
    """)
    wait_for_line(process)
    # The tree changes while it is walked, so one look may miss some; the judge looks again and again.
    deadline, counted = time.monotonic() + 10, 0
    while counted < 3 and time.monotonic() < deadline:
        counted = tree.process_count()
    assert counted >= 3
    assert tree.kill()
    process.wait(timeout=10)
    scratch = process.args[-1]
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and (left := _mentioning(scratch)):
        time.sleep(0.02)
    assert left == []


def _mentioning(text: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or ())
        if text in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


@posix_only
def test_a_stopped_process_is_seen(start: Start) -> None:
    """A worker that somebody stopped is not taken for a sleeping one, and can be ended"""
    process, tree = start("print(os.getpid(), flush=True); time.sleep(600)")
    worker = int(wait_for_line(process))
    assert not tree.is_stopped()
    psutil.Process(worker).send_signal(signal.SIGSTOP)
    time.sleep(0.05)
    assert tree.is_stopped()
    assert tree.kill()


def test_a_suspended_tree_does_nothing(start: Start) -> None:
    """Between two calls no thread and no child goes on; afterwards they do"""
    process, tree = start("""
        import threading
        threading.Thread(target=burn, args=(600,), daemon=True).start()
        print("ready", flush=True)
        burn(600)
    """)
    wait_for_line(process)
    tree.suspend()
    before = tree.cpu_seconds()
    time.sleep(0.5)
    assert tree.cpu_seconds() - before < 0.02
    tree.resume()
    deadline = time.monotonic() + 20
    while tree.cpu_seconds() - before < 0.1:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_work_of_others_is_seen(start: Start) -> None:
    """Another busy process counts as others; the tree's own work does not"""
    process, tree = start("print('ready', flush=True); burn(1.0); print('done', flush=True); time.sleep(600)")
    wait_for_line(process)
    others = Others(tree)
    others.mark()
    other, _ = start("burn(0.8); print('done', flush=True); time.sleep(600)")
    began = time.monotonic()
    watch(process, tree)
    wait_for_line(other)
    seen, wall = others.cpu_seconds(), time.monotonic() - began
    assert 0.7 < seen < wall * (psutil.cpu_count() or 1)


def test_a_tree_that_is_gone_keeps_its_figure(start: Start) -> None:
    """After the kill the final CPU seconds can still be read"""
    process, tree = start("burn(0.3); print('done', flush=True); time.sleep(600)")
    watch(process, tree)
    assert tree.kill()
    process.wait(timeout=10)
    final = tree.cpu_seconds()
    assert final >= 0.3
    assert tree.cpu_seconds() == final
    assert tree.memory_bytes() == 0
    assert tree.process_count() == 0
    assert tree.kill()
