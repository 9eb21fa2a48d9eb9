# It leaves conftest.py, pytest.ini, sitecustomize.py and a numpy.py wherever it can write.
# kata: 01
# verdict: failed | invalid
# levels: bubblewrap landlock
# at plain: not run (its files would stay)

import numpy as np
import os
import tempfile

hook = "import os\nos._exit(0)\n"
plugin = "def pytest_runtest_call(item):\n    item.obj = lambda **k: None\n"
here = os.getcwd()
folders = {here, os.path.dirname(here), os.path.dirname(os.path.dirname(here)), tempfile.gettempdir()}
for folder in folders:
    for name, text in (
        ("conftest.py", plugin),
        ("pytest.ini", "[pytest]\naddopts = --co\n"),
        ("sitecustomize.py", hook),
        ("usercustomize.py", hook),
        ("numpy.py", hook),
        ("pytest.py", hook),
    ):
        try:
            with open(os.path.join(folder, name), "x") as file:
                file.write(text)
        except OSError:
            pass


def predict(x, w, b):
    return np.zeros(len(x))


def loss(x, y, w, b):
    return 0.0


def gradients(x, y, w, b):
    return 0.0, 0.0


def fit_gradient_descent(x, y):
    return 0.0, 0.0


fit_closed_form = fit_gradient_descent
