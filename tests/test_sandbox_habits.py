"""What honest programs do with locks, pools, temporary files and Keras' callbacks works at every level."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.judging.sandbox import Level
from tests import sandbox_session
from tests.sandbox_session import Session

PYTHON_HABITS = {
    "a lock of multiprocessing": """
        import multiprocessing
        with multiprocessing.Lock() as taken:
            assert taken
    """,
    "a recursive lock": """
        import multiprocessing, threading
        lock = multiprocessing.RLock()
        assert lock.acquire() and lock.acquire()
        lock.release()
        others = []
        thread = threading.Thread(target=lambda: others.append(lock.acquire(False)))
        thread.start(); thread.join()
        lock.release()
        thread = threading.Thread(target=lambda: others.append(lock.acquire(False)))
        thread.start(); thread.join()
        assert others == [False, True]
    """,
    "semaphores count and wait": """
        import multiprocessing, time
        semaphore = multiprocessing.BoundedSemaphore(2)
        assert semaphore.acquire() and semaphore.acquire(timeout=1) and semaphore.get_value() == 0
        before = time.monotonic()
        assert not semaphore.acquire(False) and not semaphore.acquire(timeout=0.05)
        assert time.monotonic() - before >= 0.04
        semaphore.release(); semaphore.release()
        try:
            semaphore.release()
        except ValueError:
            pass
        else:
            raise AssertionError("released too often")
    """,
    "conditions, events and barriers": """
        import multiprocessing, threading
        event, barrier, condition = multiprocessing.Event(), multiprocessing.Barrier(2), multiprocessing.Condition()
        seen = []
        def other():
            barrier.wait(20)
            with condition:
                seen.append(event.wait(20))
                condition.notify_all()
        threading.Thread(target=other).start()
        barrier.wait(20)
        with condition:
            event.set()
            assert condition.wait_for(lambda: seen, 20)
    """,
    "queues and pipes": """
        import multiprocessing
        for queue in (multiprocessing.Queue(), multiprocessing.SimpleQueue(), multiprocessing.JoinableQueue()):
            queue.put([1, 2])
            assert queue.get() == [1, 2]
        for duplex in (True, False):
            reading, writing = multiprocessing.Pipe(duplex)
            writing.send("a")
            assert reading.recv() == "a"
    """,
    "shared values and arrays": """
        import multiprocessing
        value, array, raw = multiprocessing.Value("i", 3), multiprocessing.Array("d", 3), multiprocessing.RawArray("d", 3)
        with value.get_lock():
            value.value += 1
        array[0] = raw[1] = 2.0
        assert (value.value, array[0], raw[1]) == (4, 2.0, 2.0)
    """,
    "a block of shared memory": """
        from multiprocessing import shared_memory
        block = shared_memory.SharedMemory(create=True, size=100)
        other = shared_memory.SharedMemory(block.name)
        block.buf[0] = 7
        assert other.buf[0] == 7
        other.close(); block.close(); block.unlink()
        try:
            shared_memory.SharedMemory(block.name)
        except FileNotFoundError:
            pass
        else:
            raise AssertionError("still there")
    """,
    "a thread pool": """
        from multiprocessing.pool import ThreadPool
        with ThreadPool(2) as pool:
            assert pool.map(abs, [-1, -2]) == [1, 2]
            assert sorted(pool.imap_unordered(abs, [-1, -2])) == [1, 2]
            assert pool.apply_async(abs, (-3,)).get(20) == 3
    """,
    "a pool": """
        import multiprocessing
        with multiprocessing.Pool(2) as pool:
            assert pool.map(abs, [-1, -2]) == [1, 2]
    """,
    "a pool of another start method's context": """
        import multiprocessing
        context = multiprocessing.get_context("spawn")
        with context.Lock(), context.Pool(2) as pool:
            assert pool.map(abs, [-1, -2]) == [1, 2]
    """,
    "futures": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(2) as executor:
            assert list(executor.map(abs, [-1, -2])) == [1, 2]
    """,
    "temporary files": """
        import tempfile
        with tempfile.TemporaryFile() as file, tempfile.NamedTemporaryFile() as named:
            file.write(b"a"); named.write(b"a")
            assert os.path.exists(named.name)
        with tempfile.TemporaryDirectory() as folder, tempfile.SpooledTemporaryFile(1) as spooled:
            spooled.write(b"aaa")
            open(os.path.join(folder, "x"), "w").close()
        os.close(tempfile.mkstemp()[0]); tempfile.mkdtemp()
    """,
    "files of the working folder": """
        import fcntl, shutil, sqlite3
        import numpy as np
        os.makedirs("a/b", exist_ok=True)
        np.savez("a/b/c.npz", x=np.ones(3))
        shutil.copytree("a", "d", dirs_exist_ok=True); shutil.make_archive("e", "zip", "d"); shutil.rmtree("d")
        mapped = np.memmap("map", np.float32, "w+", shape=(10,)); mapped[0] = 1; mapped.flush()
        with open("locked", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
        with sqlite3.connect("base.db") as base:
            base.execute("create table if not exists t (x)")
        os.makedirs(os.path.expanduser("~/.keras/models"), exist_ok=True)
    """,
}

_KERAS_PRELUDE = """
import numpy as np, keras, tensorflow as tf
x = np.random.default_rng(0).random((64, 8, 8, 3)).astype("float32")
y = np.arange(64) % 2
def network():
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return x[16 * i : 16 * i + 16], y[16 * i : 16 * i + 16]
def fit(data=x, labels=y, *callbacks):
    return network().fit(data, labels, epochs=2, verbose=0, callbacks=list(callbacks), validation_data=(x, y))
"""

KERAS_HABITS = {
    "PyDataset with worker threads": "fit(Batches(workers=2), None)",
    "PyDataset with worker processes": "fit(Batches(workers=2, use_multiprocessing=True, max_queue_size=4), None)",
    "a checkpoint file and the best weights": """
        checkpoint = keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True, save_best_only=True)
        fit(Batches(workers=2), None, checkpoint)
        network().load_weights("best.weights.h5")
    """,
    "a whole model after every epoch": """
        fit(x, y, keras.callbacks.ModelCheckpoint("at_{epoch}.keras"))
        keras.models.load_model("at_2.keras")
    """,
    "the old file format": "network().save('old.h5'); keras.models.load_model('old.h5')",
    "an exported model": "network().export('exported', verbose=False); tf.saved_model.load('exported')",
    "the usual callbacks": """
        fit(x, y, keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau(patience=1), keras.callbacks.CSVLogger("log.csv"),
            keras.callbacks.BackupAndRestore("backup"), keras.callbacks.TerminateOnNaN())
    """,
    "a checkpoint of TensorFlow": """
        model = network()
        checkpoint = tf.train.Checkpoint(model=model)
        tf.train.CheckpointManager(checkpoint, "checkpoints", max_to_keep=2).save()
        checkpoint.restore(tf.train.latest_checkpoint("checkpoints"))
    """,
    "a pipeline with a cache in a file": """
        pairs = tf.data.Dataset.from_tensor_slices((x, y)).cache("cached").shuffle(64).batch(16)
        fit(pairs.map(lambda a, b: (a, b), num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE), None)
    """,
    "a generator": """
        def rows():
            for a, b in zip(x, y):
                yield a, b
        kinds = (tf.TensorSpec((8, 8, 3)), tf.TensorSpec((), tf.int32))
        fit(tf.data.Dataset.from_generator(rows, output_signature=kinds).batch(16), None)
    """,
    "Python inside a pipeline": """
        def double(a):
            return a * 2
        rows = tf.data.Dataset.from_tensor_slices(x).map(lambda a: tf.numpy_function(double, [a], tf.float32))
        assert len(list(rows)) == 64
    """,
    "a saved dataset": """
        tf.data.Dataset.from_tensor_slices(x).save("rows")
        assert len(tf.data.Dataset.load("rows")) == 64
    """,
    "the old image generator": """
        from keras.src.legacy.preprocessing.image import ImageDataGenerator
        fit(ImageDataGenerator(horizontal_flip=True).flow(x, y, 16), None)
    """,
    "pictures in a folder": """
        for name in ("a", "b"):
            os.makedirs(f"pictures/{name}", exist_ok=True)
            keras.utils.save_img(f"pictures/{name}/0.png", x[0])
        assert len(list(keras.utils.image_dataset_from_directory("pictures", image_size=(8, 8), verbose=False))) == 1
    """,
    "a drawing": """
        import matplotlib.pyplot as plt
        plt.plot([1, 2]); plt.savefig("curve.png"); plt.show()
    """,
    "mixed precision": """
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
        try:
            fit()
        finally:
            keras.mixed_precision.set_global_policy("float32")
    """,
    "a strategy": """
        with tf.distribute.MirroredStrategy().scope():
            model = network()
        model.fit(x, y, verbose=0)
    """,
}


@pytest.fixture(params=list(Level), ids=str, scope="module")
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session at every level, the plain one included."""
    return Session(request.param, tmp_path_factory.mktemp("habits"))


@pytest.fixture(scope="module")
def python_results(session: Session) -> dict[str, str]:
    """How each of Python's habits ended."""
    return session.tries(*PYTHON_HABITS.values())


@pytest.fixture(scope="module")
def keras_results(session: Session) -> dict[str, str]:
    """How each of Keras' habits ended; all in one worker, since importing TensorFlow takes longest."""
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
    attempts = [_KERAS_PRELUDE, *KERAS_HABITS.values()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox_session, "PATIENCE_SECONDS", 600)
        return session.tries(
            *attempts, packages="all", variables=environment, file_size_mb=256, scratch_mb=512
        )


@pytest.mark.parametrize("habit", PYTHON_HABITS)
def test_habits_of_python(habit: str, python_results: dict[str, str]) -> None:
    """Threads may use what multiprocessing offers, and temporary files are there"""
    assert list(python_results.values())[list(PYTHON_HABITS).index(habit)] == "went through"


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.parametrize("habit", KERAS_HABITS)
def test_habits_of_keras(habit: str, keras_results: dict[str, str]) -> None:
    """Data, callbacks and files of Keras and TensorFlow"""
    assert list(keras_results.values())[1 + list(KERAS_HABITS).index(habit)] == "went through"


def test_shared_memory_is_not_shared_between_workers(tmp_path: Path) -> None:
    """What one worker puts into shared memory, another one does not find"""
    for level in Level:
        if not level.is_strict:
            continue
        folders = [tmp_path / f"{level}{number}" for number in (1, 2)]
        for folder in folders:
            folder.mkdir()
        first, second = (Session(level, folder) for folder in folders)
        make = "from multiprocessing import shared_memory as s; s.SharedMemory('katas_here', create=True, size=9)"
        assert first.tries(make) == {make: "went through"}
        look = "from multiprocessing import shared_memory as s; s.SharedMemory('katas_here')"
        assert second.tries(look) == {look: "FileNotFoundError"}
