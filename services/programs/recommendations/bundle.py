"""The set of programs that closes the most weighted gap within hours and money, and how far it is from the best one.

Choosing programs under two budgets is a knapsack problem with overlaps: an integer program. HiGHS (through
scipy.optimize.milp) solves it within a bounded time and states the best value that could still exist; the distance
between that bound and the bundle is part of the answer. A greedy choice is the floor: the answer is never worse.
Among bundles that close the same, one that takes the fewest hours is chosen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from services.programs.recommendations.candidates import Candidate, Constraints, Gaps
from services.programs.recommendations.selection import NOTHING, Selection, choose_greedily, state

LARGEST_PROBLEM = 5_000
"""Programs that the exact search looks at; beyond it only the greedy choice and a coarse bound are given."""
TIME_LIMIT = 1.0
"""Seconds for each of the two searches: the most value, then the fewest hours for it."""


@dataclass(frozen=True)
class Advance:
    """One skill's way through the whole bundle."""

    skill_id: UUID
    from_level: float
    to_level: float


@dataclass(frozen=True)
class Bundle:
    """`distance_from_optimum` is the share of the best possible value that may be missing: 0 is a proven optimum."""

    programs: tuple[Candidate, ...]
    closes: tuple[Advance, ...]
    weighted_gap_closed: float
    best_possible: float
    distance_from_optimum: float


def choose_bundle(
    gaps: Gaps,
    candidates: Iterable[Candidate],
    constraints: Constraints,
    completed: frozenset[UUID] = frozenset(),
    time_limit: float = TIME_LIMIT,
) -> Bundle:
    """Choose the bundle. A program with prerequisites comes only together with the programs that it needs."""
    selection = state(gaps, candidates, constraints, completed)
    greedy = choose_greedily(selection)
    if 0 < len(selection.programs) <= LARGEST_PROBLEM:
        chosen, bound = _improve(selection, greedy, time_limit)
    else:
        chosen, bound = greedy, selection.coverage.weight
    return _bundle(selection, without_idle(selection, chosen), bound, gaps)


def without_idle(selection: Selection, chosen: frozenset[int]) -> frozenset[int]:
    """Drop programs that change nothing, the longest first."""
    for position in sorted(chosen, key=lambda p: (-selection.programs[p].hours, p)):
        fewer = chosen - {position}
        needed = any(position in selection.needs[other] for other in fewer)
        if not needed and selection.coverage.closed(fewer) >= selection.coverage.closed(chosen) - NOTHING:
            chosen = fewer
    return chosen


def _improve(selection: Selection, greedy: frozenset[int], time_limit: float) -> tuple[frozenset[int], float]:
    program = _Program(selection)
    best, bound = program.most_value(time_limit)
    chosen = max(greedy, best, key=selection.coverage.closed)
    shorter = program.fewest_hours(selection.coverage.closed(chosen), time_limit)
    if selection.coverage.closed(shorter) >= selection.coverage.closed(chosen) - NOTHING:
        chosen = min(chosen, shorter, key=selection.hours.taken)
    return chosen, min(bound, selection.coverage.weight)


class _Program:
    """The integer program: x = program chosen (0 or 1), y = piece walked (0..1, whole whenever x is).

    y ≤ Σ x of the programs that cover the piece; y ≤ y of the piece below; x ≤ x of each program that is needed;
    Σ amounts · x ≤ limit for each budget.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.programs = len(selection.programs)
        self.pieces = len(selection.coverage.pieces)
        self.weights = np.array([piece.weight for piece in selection.coverage.pieces])
        self.hours = np.array(selection.hours.amounts, dtype=float)
        self.constraints = self._constraints()

    def most_value(self, time_limit: float) -> tuple[frozenset[int], float]:
        """The best choice found and the bound that no choice exceeds."""
        found = self._solve(np.concatenate([np.zeros(self.programs), -self.weights]), self.constraints, time_limit)
        bound = found.mip_dual_bound
        return self._chosen(found), self.selection.coverage.weight if bound is None else max(0.0, -bound)

    def fewest_hours(self, value: float, time_limit: float) -> frozenset[int]:
        """A choice of the same value that takes the fewest hours; empty when none is found in time."""
        floor = LinearConstraint(np.concatenate([np.zeros(self.programs), self.weights])[None, :], lb=value - NOTHING)
        hours = np.concatenate([self.hours, np.zeros(self.pieces)])
        return self._chosen(self._solve(hours, [*self.constraints, floor], time_limit))

    def _solve(self, costs: NDArray[np.float64], constraints: list[LinearConstraint], time_limit: float) -> Any:
        whole = np.concatenate([np.ones(self.programs), np.zeros(self.pieces)])
        options = {"time_limit": time_limit, "mip_rel_gap": 0.0}
        return milp(costs, integrality=whole, bounds=Bounds(0, 1), constraints=constraints, options=options)

    def _chosen(self, found: Any) -> frozenset[int]:
        """What the solver chose, checked in whole numbers: it works with a tolerance, budgets do not."""
        if found.x is None:
            return frozenset()
        chosen = frozenset(int(position) for position in np.flatnonzero(found.x[: self.programs] > 0.5))
        complete = all(self.selection.needs[position] <= chosen for position in chosen)
        return chosen if complete and self.selection.affords(chosen) else frozenset()

    def _constraints(self) -> list[LinearConstraint]:
        rows: list[dict[int, float]] = [*self._walks(), *self._prerequisites()]
        limits = [0.0] * len(rows)
        for budget in self.selection.budgets:
            rows.append(dict(enumerate(map(float, budget.amounts))))
            limits.append(float(budget.limit))
        return [LinearConstraint(self._matrix(rows), ub=np.array(limits))] if rows else []

    def _walks(self) -> list[dict[int, float]]:
        covering: list[dict[int, float]] = [{self.programs + piece: 1.0} for piece in range(self.pieces)]
        for position, covers in enumerate(self.selection.coverage.covers):
            for piece in covers:
                covering[piece][position] = -1.0
        ordered = [
            {self.programs + piece: 1.0, self.programs + piece - 1: -1.0}
            for way in self.selection.coverage.ways.values()
            for piece in way[1:]
        ]
        return [*covering, *ordered]

    def _prerequisites(self) -> list[dict[int, float]]:
        return [
            {position: 1.0, needed: -1.0}
            for position, needs in enumerate(self.selection.needs)
            for needed in needs - {position}
        ]

    def _matrix(self, rows: list[dict[int, float]]) -> Any:
        entries = [(row, column, value) for row, found in enumerate(rows) for column, value in found.items()]
        row, column, value = zip(*entries, strict=True)
        return coo_array((value, (row, column)), shape=(len(rows), self.programs + self.pieces)).tocsr()


def _bundle(selection: Selection, chosen: frozenset[int], bound: float, gaps: Gaps) -> Bundle:
    closed = selection.coverage.closed(chosen)
    best_possible = max(bound, closed)
    reached = selection.coverage.levels_reached(chosen)
    return Bundle(
        programs=tuple(selection.programs[position] for position in _in_order(selection, chosen)),
        closes=tuple(Advance(skill_id, gaps[skill_id].start, level) for skill_id, level in reached.items()),
        weighted_gap_closed=round(closed, 4),
        best_possible=round(best_possible, 4),
        distance_from_optimum=round(1 - closed / best_possible, 4) if best_possible > NOTHING else 0.0,
    )


def _in_order(selection: Selection, chosen: frozenset[int]) -> list[int]:
    """The order in which to take them: what is needed comes first, then what starts lowest."""
    return sorted(chosen, key=lambda p: (len(selection.needs[p]), _start(selection.programs[p]), p))


def _start(program: Candidate) -> float:
    return min((taught.from_level for taught in program.teaches), default=0.0)
