"""What the author of a kata's suite may import: names that stay, whatever the judge does behind them.

    beside.py       modules of a suite's own, beside its tests
    diagnosis.py    the mistakes that an answer equals (look-alikes), and what-ifs after a miss (experiments)

The fixtures of a suite are in `checker.judging.plugin`, its expectations in `checker.judging.expect`.
"""

from checker.suite.beside import beside
from checker.suite.diagnosis import Answer, AnyOf, Diagnose, explained, same_as
from checker.verdict import Diagnosis

__all__ = ["Answer", "AnyOf", "Diagnose", "Diagnosis", "beside", "explained", "same_as"]
