"""What the author of a kata's suite may import: names that stay, whatever the judge does behind them.

    diagnosis.py    the mistakes that an answer equals (look-alikes), and what-ifs after a miss (experiments)

The fixtures of a suite are in `checker.judging.suite.plugin`, its expectations in `checker.judging.suite.expect`.
"""

from checker.suite.diagnosis import Answer, Diagnose, explained, same_as
from checker.verdict import Diagnosis

__all__ = ["Answer", "Diagnose", "Diagnosis", "explained", "same_as"]
