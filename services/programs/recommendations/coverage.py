"""How several programs together cover the way from today's level to the target. Pure.

The way of each skill is cut at every level where a program begins or ends. A piece is walked when a chosen program
covers it and every piece below it is walked too, so a program that starts at level 3 counts only after another one
has led there, and two programs that teach the same levels count once.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from services.programs.recommendations.candidates import Candidate, Gaps, OpenGap, TaughtSkill, within_reach

Span = tuple[int, float, float]
"""Position of a program, and from where to where it leads."""


@dataclass(frozen=True)
class Piece:
    """A part of one skill's way; its weight is importance × levels."""

    skill_id: UUID
    low: float
    high: float
    weight: float


@dataclass(frozen=True)
class Coverage:
    """`ways` are the positions of each skill's pieces in ascending order, `covers` the pieces of each program."""

    pieces: tuple[Piece, ...]
    ways: dict[UUID, range]
    covers: tuple[frozenset[int], ...]

    @property
    def weight(self) -> float:
        """The weighted gap that all programs together could close."""
        return sum(piece.weight for piece in self.pieces)

    def covered(self, chosen: Iterable[int]) -> frozenset[int]:
        return frozenset[int]().union(*(self.covers[position] for position in chosen))

    def walked(self, skill_id: UUID, covered: Set[int]) -> range:
        """The unbroken run of pieces from the start."""
        way = self.ways[skill_id]
        end = next((position for position in way if position not in covered), way.stop)
        return range(way.start, end)

    def closed_in(self, skill_id: UUID, covered: Set[int]) -> float:
        return sum(self.pieces[position].weight for position in self.walked(skill_id, covered))

    def closed(self, chosen: Iterable[int]) -> float:
        """The weighted gap that these programs close."""
        covered = self.covered(chosen)
        return sum(self.closed_in(skill_id, covered) for skill_id in self.ways)

    def levels_reached(self, chosen: Iterable[int]) -> dict[UUID, float]:
        """The level at the end of the way, for each skill that moves."""
        covered = self.covered(chosen)
        runs = {skill_id: self.walked(skill_id, covered) for skill_id in self.ways}
        return {skill_id: self.pieces[run[-1]].high for skill_id, run in runs.items() if run}


def cover(candidates: Sequence[Candidate], gaps: Gaps) -> Coverage:
    """Cut the way of every gap into pieces. What lies above a piece that nobody teaches is left out."""
    pieces: list[Piece] = []
    ways: dict[UUID, range] = {}
    covers: list[set[int]] = [set() for _ in candidates]
    for skill_id, spans in _spans(candidates, gaps).items():
        first = len(pieces)
        for piece, programs in _pieces(gaps[skill_id], spans):
            for program in programs:
                covers[program].add(len(pieces))
            pieces.append(piece)
        ways[skill_id] = range(first, len(pieces))
    return Coverage(tuple(pieces), ways, tuple(frozenset(found) for found in covers))


def _spans(candidates: Sequence[Candidate], gaps: Gaps) -> dict[UUID, list[Span]]:
    spans: dict[UUID, list[Span]] = {}
    for position, candidate in enumerate(candidates):
        for taught in candidate.teaches:
            gap = gaps.get(taught.skill_id)
            if gap is None:
                continue
            low, high = _reach(taught, gap)
            if high > low:
                spans.setdefault(gap.skill_id, []).append((position, low, high))
    return spans


def _reach(taught: TaughtSkill, gap: OpenGap) -> tuple[float, float]:
    """A start within reach counts from today's level."""
    low = gap.start if within_reach(taught, gap) else taught.from_level
    return low, min(taught.to_level, gap.target_level)


def _pieces(gap: OpenGap, spans: Sequence[Span]) -> Iterable[tuple[Piece, list[int]]]:
    marks = sorted({gap.start, *(mark for _, *ends in spans for mark in ends)})
    for low, high in pairwise(marks):
        programs = [position for position, start, end in spans if start <= low and high <= end]
        if not programs:
            return
        yield Piece(gap.skill_id, low, high, gap.importance * (high - low)), programs
