"""What the strict levels promise, tried from inside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import checker
from checker.judging.host.process_tree import ProcessTree
from checker.judging.sandbox import Level, landlock
from tests.sandbox_session import Session

# With Landlock on top the level of another user holds what Landlock holds; without, nothing of this is promised there.
WALLED = [level for level in Level if level.is_strict or (level is Level.USER and not landlock.missing())]
REPOSITORY = Path(checker.__file__).resolve().parents[1]


@pytest.fixture(params=WALLED, ids=str)
def inside(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    """A session at each level that has walls."""
    return Session(request.param, tmp_path)


def test_an_ordinary_script_works(inside: Session) -> None:
    """NumPy, threads, temporary files, asyncio, copying files and printing work as usual"""
    ended = inside.run("""
        import asyncio, pathlib, random, shutil, tempfile, threading
        import numpy as np
        results = []
        thread = threading.Thread(target=lambda: results.append(float(np.ones(3) @ np.ones(3))))
        thread.start(); thread.join()
        with tempfile.TemporaryDirectory() as folder:
            a = pathlib.Path(folder, "a.npy")
            np.save(a, np.arange(5)); shutil.copy2(a, a.with_name("b.npy"))
            results.append(int(np.load(a.with_name("b.npy")).sum()))
            results.append(folder.startswith(os.environ["HOME"]))
        asyncio.run(asyncio.sleep(0))
        os.kill(os.getpid(), 0)
        results.append(os.getcwd() == os.environ["HOME"] == os.path.expanduser("~"))
        report(results)
    """)
    assert ended.answer == [3.0, 10, True, True]


def test_no_process_starts(inside: Session) -> None:
    """No way of starting a process or another program goes through"""
    results = inside.tries(
        "os.fork()",
        "os.forkpty()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import subprocess; subprocess.run([sys.executable, '-c', ''], close_fds=False)",
        "os.posix_spawn(sys.executable, [sys.executable, '-c', ''], {})",
        "os.execv(sys.executable, [sys.executable, '-c', ''])",
        "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
        "import ctypes; assert ctypes.CDLL(None).fork() < 0; raise OSError",
        # clone(SIGCHLD), clone3, vfork and fork of the x32 interface, by number
        """
        import ctypes, platform
        call = ctypes.CDLL(None).syscall
        x86 = platform.machine() == "x86_64"
        assert call(56 if x86 else 220, 17, 0, 0, 0, 0) == -1
        assert call(435, (ctypes.c_char * 64)(), 64) == -1
        assert not x86 or call(58) == -1
        assert not x86 or call(0x40000000 + 57) == -1
        raise OSError
        """,
    )
    assert set(results.values()) <= {"PermissionError", "OSError", "FileNotFoundError"}, results


def test_no_socket_opens(inside: Session) -> None:
    """There is no network, UDP and local sockets included"""
    kinds = ("AF_INET", "AF_INET, socket.SOCK_DGRAM", "AF_INET6", "AF_UNIX", "AF_NETLINK, socket.SOCK_RAW")
    results = inside.tries(*(f"import socket; socket.socket(socket.{kind})" for kind in kinds))
    assert set(results.values()) == {"PermissionError"}, results


def test_nothing_is_written_outside_the_scratch_folder(inside: Session) -> None:
    """No existing folder but the scratch folder and the private memory file systems can be written to"""
    known = ["/tmp", "/var/tmp", "/dev/shm", "/etc", "/", sys.prefix, sys.base_prefix, os.__file__]
    known += [str(path) for path in (Path.home(), REPOSITORY, Path(psutil.__file__).parent, inside.folder)]
    ended = inside.run(f"""
        written = []
        folders = {[*known, str(inside.scratch)]!r}
        for root, inner, _ in os.walk("/"):
            inner[:] = [name for name in inner if os.path.join(root, name) not in ("/proc", "/sys")]
            folders.append(root)
        for folder in folders:
            try:
                with open(os.path.join(folder, "katas-was-here"), "w"):
                    written.append(folder)
            except OSError:
                continue
        report(written)
    """)
    own = [str(inside.scratch)]
    if inside.level is Level.BUBBLEWRAP:
        own += ["/tmp", "/dev/shm"]
    assert str(inside.scratch) in ended.answer
    outside = [name for name in ended.answer if not any(Path(name).is_relative_to(path) for path in own)]
    assert outside == []
    assert not Path("/tmp/katas-was-here").exists()


def test_the_kernels_switches_are_out_of_reach(inside: Session) -> None:
    """Nothing in /proc and /sys can be opened for writing, not even as root"""
    ended = inside.run("""
        writable = []
        for top in ("/proc", "/sys"):
            for folder, folders, files in os.walk(top):
                if folder == "/proc":
                    folders[:] = [name for name in folders if not name.isdigit() and "self" not in name]
                for name in files:
                    path = os.path.join(folder, name)
                    try:
                        os.close(os.open(path, os.O_WRONLY))
                        writable.append(path)
                    except OSError:
                        continue
        for path in ("/proc/sys/kernel/core_pattern", "/proc/1/mem", "/proc/sysrq-trigger"):
            try:
                os.close(os.open(path, os.O_WRONLY))
                writable.append(path)
            except OSError:
                continue
        report(writable[:5])
    """)
    assert ended.answer == []


def test_a_worker_is_the_first_to_go(inside: Session) -> None:
    """When memory runs out, Linux ends the worker and neither the judge nor the user's programs"""
    assert inside.run("report(open('/proc/self/oom_score_adj').read().strip())").answer == "1000"


def test_bubblewrap_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    """What a worker writes into its scratch folder is gone when it has ended"""
    inside = Session(Level.BUBBLEWRAP, tmp_path)
    inside.run("open('left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')")
    assert list(inside.scratch.iterdir()) == []
    assert inside.run("report([os.listdir('.'), os.listdir('/dev/shm')])").answer == [[], []]


def test_secrets_cannot_be_read(inside: Session, tmp_path: Path) -> None:
    """Home, suites, references, the judge's half of the checker and the ledger stay out of reach"""
    ledger = tmp_path / "ledger.sqlite"
    ledger.write_text("runs")
    files = [ledger, Path(__file__), REPOSITORY / "pyproject.toml", *(REPOSITORY / "checker").glob("*.py")]
    files += [*(REPOSITORY / "checker" / "judging").glob("*.py"), Path("/etc/passwd")]
    folders = [REPOSITORY / "katas", REPOSITORY / "reference", REPOSITORY / ".git"]
    # What building the walls, the channel and a failure's words needs; nothing about any kata stands in them.
    shown = (
        "__init__",
        "errors",
        "units",
        "variables",
        "judging/__init__",
        "judging/wire",
        "judging/cell_places",
    )
    given = {REPOSITORY / "checker" / f"{name}.py" for name in shown}
    results = inside.tries(
        *(f"open({str(path)!r})" for path in files if path not in given),
        *(f"os.listdir({str(path)!r})" for path in folders if path.is_dir()),
    )
    assert set(results.values()) <= {"FileNotFoundError", "PermissionError"}, results


def test_home_is_out_of_sight(inside: Session) -> None:
    """Nothing of the user's home can be seen but the way to an interpreter that lives there"""
    home = Path.home()
    ended = inside.run(f"""
        try:
            report(os.listdir({str(home)!r}))
        except OSError:
            report([])
    """)
    prefixes = (Path(sys.prefix), Path(sys.base_prefix), tmp_path_root(inside))
    ways = {path.relative_to(home).parts[0] for path in prefixes if path.is_relative_to(home)}
    assert set(ended.answer) <= ways


def tmp_path_root(inside: Session) -> Path:
    """Where pytest keeps the test's own folder: some people have it in their home."""
    return inside.folder.resolve()


def test_hidden_paths_inside_visible_folders(inside: Session) -> None:
    """A path that is named as hidden cannot be read although the folder around it can"""
    folder = inside.folder / "data"
    (folder / "held_out").mkdir(parents=True)
    (folder / "train").write_text("seen")
    (folder / "held_out" / "labels").write_text("secret")
    changes = {"readable": (folder,), "hidden": (folder / "held_out",)}
    assert inside.run(f"report(open({str(folder / 'train')!r}).read())", **changes).answer == "seen"
    labels, train = str(folder / "held_out" / "labels"), str(folder / "train")
    results = inside.tries(f"open({labels!r})", f"open({train!r}, 'w')", **changes)
    assert set(results.values()) <= {"FileNotFoundError", "PermissionError", "OSError"}, results


def test_other_packages_are_out_of_sight(inside: Session) -> None:
    """In NumPy katas NumPy alone can be imported, otherwise every package"""
    denied = inside.tries("import psutil", "import keras")
    assert set(denied.values()) <= {"ModuleNotFoundError", "PermissionError", "ImportError"}, denied
    assert inside.run("import psutil; report(psutil.__name__)", packages="all").answer == "psutil"


def test_the_environment_is_clean(inside: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens of the judge's environment do not reach a worker; what the spec names does"""
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    ended = inside.run(
        "report([dict(os.environ), open('/proc/self/environ').read()])", variables={"THREADS": "1"}
    )
    seen, raw = ended.answer
    assert seen["THREADS"] == "1"
    assert "SECRET_TOKEN" not in seen and "abc" not in raw.replace("=", " ").split()


def test_other_processes_are_out_of_reach(inside: Session) -> None:
    """The judge can be neither signalled, traced, read nor slowed down"""
    judge = os.getpid()
    results = inside.tries(
        f"os.kill({judge}, 0)",
        f"os.kill({judge}, 9)",
        "os.kill(-1, 9)",
        "os.killpg(0, 9)",
        "os.kill(os.getppid(), 19)",
        f"os.setpriority(os.PRIO_PROCESS, {judge}, 19)",
        f"os.sched_setaffinity({judge}, {{0}})",
        f"open('/proc/{judge}/environ', 'rb').read()",
        f"open('/proc/{judge}/mem', 'rb')",
        f"os.listdir('/proc/{judge}/fd')",
        f"import fcntl; fcntl.fcntl(os.pipe()[0], 8, {judge})",
        f"os.pidfd_open({judge})",
        "import ctypes; ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0 or 1 / 0",
    )
    allowed = {"PermissionError", "ProcessLookupError", "FileNotFoundError", "ZeroDivisionError"}
    assert set(results.values()) <= allowed, results
    assert psutil.Process().status() != psutil.STATUS_STOPPED


def test_modes_and_times_of_files_stay(inside: Session) -> None:
    """Even a file that may be read cannot be made unreadable or older"""
    data = inside.folder / "data.bin"
    data.write_bytes(b"1")
    before = data.stat()
    inside.run(
        f"""
        for change in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (1, 1)), lambda p: os.truncate(p, 0),
                       os.remove, lambda p: os.rename(p, p + "x"), lambda p: os.link(p, "copy"),
                       lambda p: os.fchmod(os.open(p, os.O_RDONLY), 0)):
            try:
                change({str(data)!r})
            except OSError:
                pass
        """,
        readable=(data,),
    )
    after = data.stat()
    assert (after.st_mode, after.st_mtime, after.st_size, after.st_nlink) == (
        before.st_mode,
        before.st_mtime,
        1,
        1,
    )


def test_limits_hold(inside: Session) -> None:
    """Size of a file, open files and core dumps are limited, and the limits cannot be raised"""
    results = inside.tries(
        "open('big', 'wb', 0).write(bytes(1)); os.truncate('big', 9 << 20)",
        "held = [open('/dev/null') for _ in range(600)]",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
        "os.memfd_create('x')",
    )
    assert list(results.values()) in (
        ["OSError", "OSError", "ValueError", "PermissionError"],
        ["OSError", "OSError", "PermissionError", "PermissionError"],
    )


def test_the_scratch_folder_does_not_fill_the_disk(tmp_path: Path) -> None:
    """At the bubblewrap level the scratch folder takes so much and no more"""
    inside = Session(Level.BUBBLEWRAP, tmp_path)
    ended = inside.run("""
        written = 0
        try:
            for number in range(1000):
                with open(f"part{number}", "wb") as file:
                    written += file.write(bytes(1 << 20))
        except OSError:
            pass
        report(written >> 20)
    """)
    assert 32 <= ended.answer <= 64


def test_burning_cpu_ends(inside: Session) -> None:
    """The kernel's own limit of CPU seconds ends a worker that nobody watches"""
    ended = inside.run("while True: pass", cpu_seconds=1)
    assert ended.code in (128 + signal.SIGKILL, 128 + signal.SIGXCPU)


def test_exit_codes_arrive(inside: Session) -> None:
    """The judge sees how a worker ended"""
    assert inside.run("os._exit(7)").code == 7
    assert inside.run("os.abort()").code == 128 + signal.SIGABRT
    assert inside.run("os.kill(os.getpid(), 9)").code == 128 + signal.SIGKILL


@pytest.mark.parametrize("level", list(Level), ids=str)
def test_a_worker_dies_with_its_judge(level: Level, tmp_path: Path) -> None:
    """After SIGKILL to the judge no worker is left, not even a computing one"""
    Session(level, tmp_path)
    if sys.platform == "win32":
        pytest.skip("Windows has no SIGKILL")
    code = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
from tests.sandbox_session import Session
from checker.judging.sandbox import Level
folder = Path({str(tmp_path)!r}) / "judge"
folder.mkdir()
worker = Session(Level({level.value!r}), folder).start("report(1)\\nwhile True: pass")
worker.stdout.readline()
print(worker.pid, flush=True)
time.sleep(600)
"""
    judge = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert judge.stdout is not None
    judge.stdout.readline()
    family = psutil.Process(judge.pid).children(recursive=True)
    assert family
    judge.kill()
    judge.wait()
    judge.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def test_an_orphan_does_not_outlive_the_worker_at_the_plain_level(tmp_path: Path) -> None:
    """A process that a plain worker leaves behind is ended when the worker ends (Linux)"""
    inside = Session(Level.PLAIN, tmp_path)
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux hands orphans to the worker's first process")
    ended = inside.run("""
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        report(child.pid)
    """)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(ended.answer) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not psutil.pid_exists(ended.answer)


@pytest.mark.training
def test_tensorflow_trains_inside(inside: Session) -> None:
    """TensorFlow imports and takes a training step at each strict level"""
    ended = inside.run(
        """
        import keras, numpy as np
        model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        history = model.fit(np.ones((64, 8), "float32"), np.ones((64, 1), "float32"), epochs=2, verbose=0)
        model.save("model.keras")
        keras.models.load_model("model.keras")
        report(len(history.history["loss"]))
        """,
        packages="all",
        variables={"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"},
        open_files=512,
        file_size_mb=256,
    )
    assert ended.answer == 2


def test_the_tree_of_an_enclosed_worker_is_one_process(inside: Session) -> None:
    """The sandbox's own processes are not counted as the worker's, and the kill leaves nothing"""
    process = inside.start("report(1)\nwhile True: pass")
    assert process.stdout is not None
    process.stdout.readline()
    tree = ProcessTree(process.pid, process.wrappers)
    assert tree.process_count() == 1
    assert tree.kill()
    process.wait(timeout=10)
