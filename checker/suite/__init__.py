"""What the author of a kata's suite may import: names that stay, whatever the judge does behind them.

    diagnosis.py    the mistakes that an answer equals (look-alikes), and what-ifs after a miss (experiments)
    company.py      answers that depend on the batch, on chance or on the process
    training.py     what a trained network's history and weights tell
    beside.py       modules that lie beside a suite's conftest.py

The fixtures of a suite are in `checker.judging.plugin`, its expectations in `checker.judging.expect`.
"""

from checker.suite.beside import beside
from checker.suite.company import depends_on_company
from checker.suite.diagnosis import Answer, Diagnose, explained, same_as
from checker.verdict import Diagnosis

__all__ = ["Answer", "Diagnose", "Diagnosis", "beside", "depends_on_company", "explained", "same_as"]
