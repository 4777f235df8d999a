"""Counting what a set's answers are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accuracy.judge import Answer, CaseSet, Verdict

Known = Callable[[str, Mapping[str, Any]], bool]
"""Whether GeoNames itself has a name for the place of an answer."""


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one set.

    `guessed` and `borrowed` are numbers of right answers: by a guess at the spelling, and by a name that is in our data
    from the set's own source alone. `there` is how often the place was the one meant, `disputed` how often it was
    although the clock was wrong: set and boundaries disagree about the zone of the same place. `elsewhere` are the
    answers that are right by chance: the clock of another place.
    """

    case_set: CaseSet
    right: int
    wrong: int
    not_found: int
    guessed: int
    borrowed: int
    there: int
    disputed: int
    misses: tuple[Answer, ...]
    elsewhere: tuple[Answer, ...]

    @property
    def asked(self) -> int:
        """How many cases there are."""
        return self.right + self.wrong + self.not_found

    def share(self, count: int) -> float:
        """A count as a share of what was asked; 0 where nothing was."""
        return count / self.asked if self.asked else 0.0

    @property
    def passed(self) -> bool | None:
        """Whether the set's thresholds hold; None where it has none. A set without cases meets none."""
        least, most = self.case_set.least_right, self.case_set.most_wrong
        if least is None and most is None:
            return None
        enough = least is None or self.share(self.right) >= least
        return self.asked > 0 and enough and (most is None or self.share(self.wrong) <= most)


def score(case_set: CaseSet, answers: Iterable[Answer], known: Known) -> Score:
    """Count the answers to a set."""
    answers = list(answers)
    counts = Counter(answer.verdict for answer in answers)
    right = [answer for answer in answers if answer.verdict is Verdict.RIGHT]
    return Score(
        case_set,
        right=counts[Verdict.RIGHT],
        wrong=counts[Verdict.WRONG],
        not_found=counts[Verdict.NOT_FOUND],
        guessed=sum(answer.guessed for answer in right),
        borrowed=sum(_borrowed(answer, known) for answer in right) if case_set.shared else 0,
        there=sum(answer.there for answer in answers),
        disputed=sum(answer.there for answer in answers if answer.verdict is Verdict.WRONG),
        misses=tuple(answer for answer in answers if answer.verdict is not Verdict.RIGHT),
        elsewhere=tuple(answer for answer in right if answer.distance is not None and not answer.there),
    )


def _borrowed(answer: Answer, known: Known) -> bool:
    """Guesses are at other names than the one asked for, so they borrow nothing; zone ids (*Jamaica*) do."""
    if answer.place is None:
        return True
    return not answer.guessed and not known(answer.case.name, answer.place)
