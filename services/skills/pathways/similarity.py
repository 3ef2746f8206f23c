"""How alike two roles are: by what they ask for, what they are called, and what is said of them.

Ranking roles by the smallest gap or the highest readiness suggests the same undemanding jobs to everybody,
so likeness is measured on profiles of importance:

* A framework whose roles rate (nearly) all of its skills, as O*NET does, gives a *grid*: profiles are
  centred on the role's own mean before they are compared, which is Pearson's correlation; skills and knowledge
  each on their own mean. What a role finds more important than the rest counts, not how demanding it is.
* A framework whose roles name a few skills each, as ESCO does, gives *links*: importance · inverse document
  frequency, with half a credit for the next broader skill, compared by the cosine.

What is written of roles is compared as bags of words, by the cosine of their inverse document frequencies: titles,
other names and descriptions count a fifth each where all roles have them, and less where few do. Belonging to one
job family counts 0.03. So the three things that the makers of O*NET found to say how alike occupations are have about
equal shares: what people do, what they know, and what they are called (Dahlke, Putka, Shewach and Lewis, Developing
Related Occupations for the O*NET Program, 2022, https://www.onetcenter.org/reports/Related_2022.html). With
descriptions the neighbours of O*NET 30.0's occupations also agree better with what takes no part here: the software
that they use, their abilities and interests, and their alternate titles.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from services.skills.pathways.vectors import Sparse, by_rarity, unit_rows
from services.skills.pathways.wording import description_vectors, title_vectors

TITLE_SHARE = OTHER_NAMES_SHARE = DESCRIPTION_SHARE = 0.2
FAMILY_SHARE = 0.03
BROADER_CREDIT = 0.5
GRID_DENSITY = 0.5
GRID_SKILLS = 20
CHUNK = 512
NO_FAMILY = -1

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
    family: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """0 = nothing in common, 1 = the same; `similarity` blends the parts. `family` is 0 or 1."""

    role_id: UUID
    similarity: float
    profile: float
    title: float
    description: float
    family: float


class _Facet:
    """One side of all roles, as rows that are compared by the cosine. `share` is what it counts, 0..1."""

    def __init__(self, rows: Sparse, share: float) -> None:
        self.share = share
        self._rows = rows
        self._columns = rows.T.tocsc()

    def compare(self, rows: slice, columns: slice) -> Vector:
        cosines: Vector = (self._rows[rows] @ self._columns[:, columns]).toarray()
        return cosines


@dataclass(frozen=True, slots=True)
class _Parts:
    """The likeness of some roles (rows) to some others (columns), part by part and blended."""

    profile: Vector
    title: Vector
    description: Vector
    family: NDArray[np.bool_]
    blended: Vector


class RoleIndex:
    """All roles, ready to be compared. Building it for 3,000 roles takes about a second; asking, milliseconds."""

    def __init__(
        self,
        roles: Sequence[RoleOutline],
        frameworks: Mapping[Skill, Any],
        broader: Mapping[Skill, Iterable[Skill]],
        kinds: Mapping[Skill, Any] | None = None,
    ) -> None:
        self.role_ids = [role.id for role in roles]
        self.position = {role_id: number for number, role_id in enumerate(self.role_ids)}
        self._families = _numbered([role.family for role in roles])
        titles = title_vectors([(role.title, role.aliases) for role in roles])
        title_share = TITLE_SHARE + OTHER_NAMES_SHARE * _part_of(roles, lambda role: bool(role.aliases))
        self._titles = _Facet(titles, title_share)
        descriptions = description_vectors([(role.title, role.description) for role in roles])
        described = _part_of(roles, lambda role: bool(role.description))
        self._descriptions = _Facet(descriptions, DESCRIPTION_SHARE * described)
        profiles = unit_rows(sparse.hstack(_blocks(roles, frameworks, broader, kinds or {}), format="csr"))
        self._profiles = _Facet(profiles, 1.0 - FAMILY_SHARE - self._titles.share - self._descriptions.share)

    def __contains__(self, role_id: object) -> bool:
        return role_id in self.position

    def most_similar(self, role_id: UUID, limit: int) -> list[Likeness]:
        """The `limit` roles most like this one, best first, without itself."""
        here = self.position[role_id]
        parts = self._parts(slice(here, here + 1))
        order = parts.blended[0].copy()
        order[here] = -math.inf
        best = np.argsort(-order, kind="stable")[: max(0, min(limit, len(order) - 1))]
        return [self._likeness(int(other), parts, int(other)) for other in best]

    def compare(self, role_id: UUID, other_id: UUID) -> Likeness:
        here, there = self.position[role_id], self.position[other_id]
        return self._likeness(there, self._parts(slice(here, here + 1), slice(there, there + 1)), 0)

    def similarities(self, role_id: UUID) -> Vector:
        """To every role, in the order of `role_ids`."""
        here = self.position[role_id]
        blended: Vector = self._parts(slice(here, here + 1)).blended[0]
        return blended

    def neighbours(self, count: int) -> Iterator[tuple[int, NDArray[np.int64], Vector]]:
        """For each role in order: its position, the positions of its nearest roles, their similarity."""
        size = len(self.role_ids)
        for start in range(0, size, CHUNK):
            blended = self._parts(slice(start, min(start + CHUNK, size))).blended
            for offset, row in enumerate(blended):
                row[start + offset] = -math.inf
                nearest = np.argsort(-row, kind="stable")[: min(count, size - 1)]
                yield start + offset, nearest, row[nearest]

    def _parts(self, rows: slice, columns: slice = slice(None)) -> _Parts:
        own, others = self._families[rows, None], self._families[None, columns]
        family = (own == others) & (own != NO_FAMILY)
        facets = (self._profiles, self._titles, self._descriptions)
        profile, title, description = (facet.compare(rows, columns) for facet in facets)
        blended = (
            self._profiles.share * profile
            + self._titles.share * title
            + self._descriptions.share * description
            + FAMILY_SHARE * family
        )
        return _Parts(profile, title, description, family, blended)

    def _likeness(self, other: int, parts: _Parts, column: int) -> Likeness:
        return Likeness(
            role_id=self.role_ids[other],
            similarity=_share(parts.blended[0, column]),
            profile=_share(parts.profile[0, column]),
            title=_share(parts.title[0, column]),
            description=_share(parts.description[0, column]),
            family=_share(parts.family[0, column]),
        )


def _part_of(roles: Sequence[RoleOutline], has: Callable[[RoleOutline], bool]) -> float:
    """How many of the roles have something, 0..1."""
    return sum(map(has, roles)) / max(1, len(roles))


def _share(value: float) -> float:
    """Opposite profiles correlate below 0; nobody is helped by knowing how far."""
    return min(1.0, max(0.0, float(value)))


def _blocks(
    roles: Sequence[RoleOutline],
    frameworks: Mapping[Skill, Any],
    broader: Mapping[Skill, Iterable[Skill]],
    kinds: Mapping[Skill, Any],
) -> list[Sparse]:
    """One block of columns per framework; a role's blocks weigh by how many of its skills lie in each."""
    rated: dict[Any, list[tuple[int, Skill, float]]] = {None: []}
    for row, role in enumerate(roles):
        for skill_id, importance in role.importance.items():
            rated.setdefault(frameworks.get(skill_id), []).append((row, skill_id, importance))
    totals = np.array([max(1, len(role.importance)) for role in roles], dtype=np.float64)
    return [_weighted(_block(entries, len(roles), broader, kinds), entries, totals) for entries in rated.values()]


def _block(
    entries: list[tuple[int, Skill, float]],
    size: int,
    broader: Mapping[Skill, Iterable[Skill]],
    kinds: Mapping[Skill, Any],
) -> Sparse:
    raters = len({row for row, _, _ in entries})
    skills = {skill_id: column for column, skill_id in enumerate(dict.fromkeys(s for _, s, _ in entries))}
    if len(skills) >= GRID_SKILLS and len(entries) >= GRID_DENSITY * raters * len(skills):
        return _grid(entries, skills, size, kinds)
    return _links(entries, size, raters, broader)


def _weighted(block: Sparse, entries: list[tuple[int, Skill, float]], totals: Vector) -> Sparse:
    counts = np.bincount([row for row, _, _ in entries], minlength=len(totals))
    return sparse.diags_array(np.sqrt(counts / totals)) @ unit_rows(block)


def _grid(
    entries: list[tuple[int, Skill, float]], skills: Mapping[Skill, int], size: int, kinds: Mapping[Skill, Any]
) -> Sparse:
    values = np.zeros((size, len(skills)))
    for row, skill_id, importance in entries:
        values[row, skills[skill_id]] = importance
    rated = values.any(axis=1)
    kind_of = _numbered([kinds.get(skill_id) for skill_id in skills])
    for kind in np.unique(kind_of):
        columns = np.ix_(rated, kind_of == kind)
        values[columns] -= values[columns].mean(axis=1, keepdims=True)
    return sparse.csr_array(values)


def _numbered(names: Sequence[Any]) -> NDArray[np.int64]:
    """Equal names have equal numbers; None is NO_FAMILY."""
    numbers = {None: NO_FAMILY}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _links(
    entries: list[tuple[int, Skill, float]], size: int, raters: int, broader: Mapping[Skill, Iterable[Skill]]
) -> Sparse:
    columns: dict[Skill, int] = {}
    cells: Counter[tuple[int, int]] = Counter()
    for row, skill_id, importance in entries:
        cells[row, columns.setdefault(skill_id, len(columns))] += importance  # type: ignore[assignment]
        for parent_id in broader.get(skill_id, ()):
            cells[row, columns.setdefault(parent_id, len(columns))] += BROADER_CREDIT * importance  # type: ignore[assignment]
    return by_rarity(cells, (size, len(columns)), raters)
