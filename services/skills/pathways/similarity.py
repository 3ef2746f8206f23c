"""How alike two roles are: by what they ask for, and by what they are called.

Ranking roles by the smallest gap or the highest readiness suggests the same undemanding jobs to everybody,
so likeness is measured on profiles of importance:

* A framework whose roles rate (nearly) all of its skills, as O*NET does, gives a *grid*: profiles are
  centred on the role's own mean before they are compared, which is Pearson's correlation. What a role
  finds more important than the rest of its skills counts, not how demanding it is altogether.
* A framework whose roles name a few skills each, as ESCO does, gives *links*: importance · inverse document
  frequency, with half a credit for the next broader skill, compared by the cosine.

Titles and other names are compared as bags of words by the cosine of their inverse document frequencies and
blended in at 0.3, the share at which O*NET 30.0 roles of one occupation group find each other best.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TITLE_SHARE = 0.3
ALIAS_CREDIT = 0.5
BROADER_CREDIT = 0.5
GRID_DENSITY = 0.5
GRID_SKILLS = 20
CHUNK = 512

# scipy publishes no types; these are scipy.sparse.csr_array of float64.
Sparse = Any
Vector = NDArray[np.float64]
Skill = Any
"""Whatever hashable names a skill; likeness only asks whether two are the same."""


@dataclass(frozen=True, slots=True)
class RoleOutline:
    """What likeness needs of a role: `importance` of each skill that it asks for, 0..1."""

    id: UUID
    title: str
    aliases: tuple[str, ...]
    importance: Mapping[Skill, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """0 = nothing in common, 1 = the same; `similarity` blends the two parts."""

    role_id: UUID
    similarity: float
    profile: float
    title: float


class RoleIndex:
    """All roles, ready to be compared. Building it for 3,000 roles takes about a second; asking, milliseconds."""

    def __init__(
        self,
        roles: Sequence[RoleOutline],
        frameworks: Mapping[Skill, Any],
        broader: Mapping[Skill, Iterable[Skill]],
    ) -> None:
        self.role_ids = [role.id for role in roles]
        self.position = {role_id: number for number, role_id in enumerate(self.role_ids)}
        self._profiles = _unit_rows(sparse.hstack(_blocks(roles, frameworks, broader), format="csr"))
        self._titles = _title_vectors(roles)

    def __contains__(self, role_id: object) -> bool:
        return role_id in self.position

    def most_similar(self, role_id: UUID, limit: int) -> list[Likeness]:
        """The `limit` roles most like this one, best first, without itself."""
        here = self.position[role_id]
        profile, title = (part[0] for part in self._parts(slice(here, here + 1)))
        blended = _blend(profile, title)
        blended[here] = -math.inf
        best = np.argsort(-blended, kind="stable")[: max(0, min(limit, len(blended) - 1))]
        return [self._likeness(int(other), profile, title) for other in best]

    def compare(self, role_id: UUID, other_id: UUID) -> Likeness:
        here, there = self.position[role_id], self.position[other_id]
        profile, title = (part[0] for part in self._parts(slice(here, here + 1), slice(there, there + 1)))
        return Likeness(other_id, _share(_blend(profile, title)[0]), _share(profile[0]), _share(title[0]))

    def similarities(self, role_id: UUID) -> Vector:
        """To every role, in the order of `role_ids`."""
        here = self.position[role_id]
        blended: Vector = _blend(*self._parts(slice(here, here + 1)))[0]
        return blended

    def neighbours(self, count: int) -> Iterator[tuple[int, NDArray[np.int64], Vector]]:
        """For each role in order: its position, the positions of its nearest roles, their similarity."""
        size = len(self.role_ids)
        for start in range(0, size, CHUNK):
            blended = _blend(*self._parts(slice(start, min(start + CHUNK, size))))
            for offset, row in enumerate(blended):
                row[start + offset] = -math.inf
                nearest = np.argsort(-row, kind="stable")[: min(count, size - 1)]
                yield start + offset, nearest, row[nearest]

    def _parts(self, rows: slice, columns: slice = slice(None)) -> tuple[Vector, Vector]:
        return (
            (self._profiles[rows] @ self._profiles_turned[:, columns]).toarray(),
            (self._titles[rows] @ self._titles_turned[:, columns]).toarray(),
        )

    @cached_property
    def _profiles_turned(self) -> Sparse:
        return self._profiles.T.tocsc()

    @cached_property
    def _titles_turned(self) -> Sparse:
        return self._titles.T.tocsc()

    def _likeness(self, other: int, profile: Vector, title: Vector) -> Likeness:
        blended = _blend(profile[other], title[other])
        return Likeness(self.role_ids[other], _share(blended), _share(profile[other]), _share(title[other]))


def _blend(profile: Any, title: Any) -> Any:
    return (1 - TITLE_SHARE) * profile + TITLE_SHARE * title


def _share(value: float) -> float:
    """Opposite profiles correlate below 0; nobody is helped by knowing how far."""
    return min(1.0, max(0.0, float(value)))


def _blocks(
    roles: Sequence[RoleOutline],
    frameworks: Mapping[Skill, Any],
    broader: Mapping[Skill, Iterable[Skill]],
) -> list[Sparse]:
    """One block of columns per framework; a role's blocks weigh by how many of its skills lie in each."""
    rated: dict[Any, list[tuple[int, Skill, float]]] = {None: []}
    for row, role in enumerate(roles):
        for skill_id, importance in role.importance.items():
            rated.setdefault(frameworks.get(skill_id), []).append((row, skill_id, importance))
    totals = np.array([max(1, len(role.importance)) for role in roles], dtype=np.float64)
    return [_weighted(_block(entries, len(roles), broader), entries, totals) for entries in rated.values()]


def _block(entries: list[tuple[int, Skill, float]], size: int, broader: Mapping[Skill, Iterable[Skill]]) -> Sparse:
    raters = len({row for row, _, _ in entries})
    skills = {skill_id: column for column, skill_id in enumerate(dict.fromkeys(s for _, s, _ in entries))}
    if len(skills) >= GRID_SKILLS and len(entries) >= GRID_DENSITY * raters * len(skills):
        return _grid(entries, skills, size)
    return _links(entries, size, raters, broader)


def _weighted(block: Sparse, entries: list[tuple[int, Skill, float]], totals: Vector) -> Sparse:
    counts = np.bincount([row for row, _, _ in entries], minlength=len(totals))
    return sparse.diags_array(np.sqrt(counts / totals)) @ _unit_rows(block)


def _grid(entries: list[tuple[int, Skill, float]], skills: Mapping[Skill, int], size: int) -> Sparse:
    values = np.zeros((size, len(skills)))
    for row, skill_id, importance in entries:
        values[row, skills[skill_id]] = importance
    rated = values.any(axis=1)
    values[rated] -= values[rated].mean(axis=1, keepdims=True)
    return sparse.csr_array(values)


def _links(
    entries: list[tuple[int, Skill, float]], size: int, raters: int, broader: Mapping[Skill, Iterable[Skill]]
) -> Sparse:
    columns: dict[Skill, int] = {}
    cells: Counter[tuple[int, int]] = Counter()
    for row, skill_id, importance in entries:
        cells[row, columns.setdefault(skill_id, len(columns))] += importance  # type: ignore[assignment]
        for parent_id in broader.get(skill_id, ()):
            cells[row, columns.setdefault(parent_id, len(columns))] += BROADER_CREDIT * importance  # type: ignore[assignment]
    return _by_rarity(cells, (size, len(columns)), raters)


def _by_rarity(cells: Mapping[tuple[int, int], float], shape: tuple[int, int], raters: int) -> Sparse:
    """Rows of weights times the inverse document frequency of their columns, ln((1 + n) / n with it)."""
    if not cells:
        return sparse.csr_array(shape)
    rows, columns = np.array(list(cells), dtype=np.int64).T
    values = np.fromiter(cells.values(), dtype=np.float64)
    found = np.bincount(columns[values > 0], minlength=shape[1])
    rarity = np.log((1 + raters) / np.maximum(found, 1))
    return sparse.csr_array((values * rarity[columns], (rows, columns)), shape=shape)


def _title_vectors(roles: Sequence[RoleOutline]) -> Sparse:
    words: dict[str, int] = {}
    cells: dict[tuple[int, int], float] = {}
    for row, role in enumerate(roles):
        for alias in role.aliases:
            for word in spell_words(alias):
                cells[row, words.setdefault(word, len(words))] = ALIAS_CREDIT
        for word in spell_words(role.title):
            cells[row, words.setdefault(word, len(words))] = 1.0
    return _unit_rows(_by_rarity(cells, (len(roles), max(1, len(words))), len(roles)))


FILLERS = frozenset(["a", "all", "and", "except", "for", "in", "of", "or", "other", "the", "to", "with"])


def spell_words(title: str) -> list[str]:
    """The words of a title in the singular, without fillers: 'Sales Managers, All Other' is sale, manager."""
    words = re.findall(r"[^\W\d_]+", title.casefold())
    return [_singular(word) for word in words if word not in FILLERS]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


def _unit_rows(matrix: Sparse) -> Sparse:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return (sparse.diags_array(1 / lengths) @ matrix).tocsr()
