"""What the author of a kata's suite may import: names that stay, whatever the judge does behind them.

    diagnosis.py        the mistakes that an answer equals (look-alikes), and what-ifs after a miss (experiments)
    beside.py           a suite's own modules, which lie beside its conftest.py
    company.py          answers that depend on the batch, on chance or on the process
    training.py         what a trained network's history and weights tell
    disguises.py        how the pictures of a run are disguised
    show.py             pictures for the report
    say, together       sentences with figures in them, which a record keeps so that they can be translated
    numbers.py          random numbers that anyone may know, for experiments
    network.py          a network of arrays, computed by the judge
    backward.py         which mistake of backpropagation gives a gradient
    backward_errors.py  what such mistakes make of the error, layer by layer

The fixtures of a suite are in `checker.judging.suite.plugin`, its expectations in `checker.judging.suite.expect`.
"""

from checker.languages.texts import say, together
from checker.suite.beside import beside
from checker.suite.company import depends_on_company
from checker.suite.diagnosis import Answer, AnyOf, Diagnose, Miss, also, explained, or_none, refuse, same_as
from checker.suite.disguises import disguised
from checker.suite.numbers import known_numbers
from checker.verdict import Diagnosis

__all__ = [
    "Answer",
    "AnyOf",
    "Diagnose",
    "Diagnosis",
    "Miss",
    "also",
    "beside",
    "depends_on_company",
    "disguised",
    "explained",
    "known_numbers",
    "or_none",
    "refuse",
    "same_as",
    "say",
    "together",
]
