"""The choice of programs under budgets as a problem of whole numbers, and its greedy answer. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.programs.recommendations.candidates import Candidate, Constraints, Gaps, beyond, leads_on, missing_levels
from services.programs.recommendations.coverage import Coverage, cover

NOTHING = 1e-9
"""Gains below this are rounding."""


@dataclass(frozen=True)
class Budget:
    """Amounts per program in hundredths (of an hour, of a currency unit), so that sums are exact."""

    amounts: tuple[int, ...]
    limit: int

    def taken(self, chosen: Iterable[int]) -> int:
        return sum(self.amounts[position] for position in chosen)

    def share(self, chosen: Iterable[int]) -> float:
        return self.taken(chosen) / self.limit if self.limit else 0.0


@dataclass(frozen=True)
class Selection:
    """Programs that fit by themselves. `needs` holds, per program, itself and all that must come with it."""

    programs: tuple[Candidate, ...]
    coverage: Coverage
    needs: tuple[frozenset[int], ...]
    budgets: tuple[Budget, ...]
    hours: Budget

    def affords(self, chosen: frozenset[int]) -> bool:
        return all(budget.taken(chosen) <= budget.limit for budget in self.budgets)

    def share(self, chosen: frozenset[int]) -> float:
        """The share of the budgets that is taken; without budgets, of all the hours."""
        return sum(budget.share(chosen) for budget in self.budgets or (self.hours,))


def state(
    gaps: Gaps, candidates: Iterable[Candidate], constraints: Constraints, completed: frozenset[UUID]
) -> Selection:
    """Keep what can take part: within the limits, entry levels reached, useful or needed by something useful, and
    not done before."""
    fitting = [
        candidate
        for candidate in candidates
        if candidate.program_id not in completed
        and beyond(candidate, constraints) is None
        and not missing_levels(candidate, gaps)
    ]
    programs = _used(_attainable(fitting, completed), gaps)
    hours = Budget(tuple(round(program.hours * 100) for program in programs), 0)
    hours = Budget(hours.amounts, sum(hours.amounts))
    budgets = []
    if constraints.max_hours is not None:
        budgets.append(Budget(hours.amounts, int(constraints.max_hours * 100 + NOTHING)))
    if constraints.max_cost is not None:
        budgets.append(Budget(tuple(_cents(program) for program in programs), int(constraints.max_cost.amount * 100)))
    return Selection(tuple(programs), cover(programs, gaps), _needs(programs), tuple(budgets), hours)


def choose_greedily(selection: Selection) -> frozenset[int]:
    """Again and again the program, with what it needs, that closes most for the budget it takes.

    A gain changes only when a chosen program touches the same skill or the same prerequisites, so only those are
    computed again.
    """
    chosen: frozenset[int] = frozenset()
    rates = {position: _rate(selection, position, chosen) for position in range(len(selection.programs))}
    while True:
        best = _best_affordable(selection, rates, chosen)
        if best is None:
            return chosen
        added = selection.needs[best] - chosen
        chosen |= added
        for position in _touched(selection, added):
            rates[position] = _rate(selection, position, chosen)


def _best_affordable(selection: Selection, rates: dict[int, float], chosen: frozenset[int]) -> int | None:
    for position in sorted((p for p, rate in rates.items() if rate > 0), key=lambda p: (-rates[p], p)):
        if selection.affords(chosen | selection.needs[position]):
            return position
        rates[position] = 0.0
    return None


def _rate(selection: Selection, position: int, chosen: frozenset[int]) -> float:
    added = selection.needs[position] - chosen
    coverage = selection.coverage
    before, new = coverage.covered(chosen), coverage.covered(added)
    skills = {coverage.pieces[piece].skill_id for piece in new - before}
    gain = sum(coverage.closed_in(skill, before | new) - coverage.closed_in(skill, before) for skill in skills)
    return gain / (NOTHING + selection.share(added)) if gain > NOTHING else 0.0


def _touched(selection: Selection, added: frozenset[int]) -> list[int]:
    coverage = selection.coverage
    skills = {coverage.pieces[piece].skill_id for piece in coverage.covered(added)}
    pieces = frozenset(piece for skill in skills for piece in coverage.ways[skill])
    return [
        position
        for position, needs in enumerate(selection.needs)
        if not needs.isdisjoint(added) or not pieces.isdisjoint(coverage.covered(needs))
    ]


def _attainable(candidates: list[Candidate], completed: frozenset[UUID]) -> list[Candidate]:
    """Drop programs whose prerequisites are not among the candidates, until none is left."""
    while True:
        there = completed | {candidate.program_id for candidate in candidates}
        kept = [candidate.without_needs(completed) for candidate in candidates if candidate.needs_programs <= there]
        if len(kept) == len(candidates):
            return kept
        candidates = kept


def _used(candidates: list[Candidate], gaps: Gaps) -> list[Candidate]:
    """Those that lead on, and those that they need."""
    by_id = {candidate.program_id: candidate for candidate in candidates}
    used: dict[UUID, Candidate] = {}
    waiting = [candidate for candidate in candidates if leads_on(candidate, gaps)]
    while waiting:
        candidate = waiting.pop()
        if candidate.program_id not in used:
            used[candidate.program_id] = candidate
            waiting.extend(by_id[needed] for needed in candidate.needs_programs)
    return [candidate for candidate in candidates if candidate.program_id in used]


def _needs(programs: list[Candidate]) -> tuple[frozenset[int], ...]:
    position = {program.program_id: index for index, program in enumerate(programs)}
    direct = [frozenset(position[needed] for needed in program.needs_programs) for program in programs]
    return tuple(_closure(index, direct) for index in range(len(programs)))


def _closure(index: int, direct: list[frozenset[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = [index]
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting.extend(direct[position])
    return frozenset(found)


def _cents(program: Candidate) -> int:
    return 0 if program.cost is None else int(program.cost.amount * 100)
