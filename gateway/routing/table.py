"""Which service answers which path: one table, read once into a tree of path segments.

The most specific row wins, so `/v1/programs/{id}/offerings` can belong to another service than
`/v1/programs`. A path that no row covers is nobody's: the services' own inside paths (`/internal/…`)
are not in the table and can therefore not be reached from outside.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

MEBIBYTE = 1024 * 1024
_AMBIGUOUS = re.compile(r"[\\\0]|//|/\.\.?(?:/|\Z)")


class Owner(StrEnum):
    """Who answers: one of the three services, or the gateway itself (its features, or its open pages)."""

    SKILLS = "skills"
    PROGRAMS = "programs"
    ENROLLMENT = "enrollment"
    GATEWAY = "gateway"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Route:
    """One row: every path that begins with `prefix` (a segment `{}` stands for any value)."""

    prefix: str
    owner: Owner
    max_body: int = MEBIBYTE
    public: bool = False


ROUTES: tuple[Route, ...] = (
    # skills: what the organisation knows about skills and about who has them
    Route("/v1/frameworks", Owner.SKILLS),
    Route("/v1/skills", Owner.SKILLS),
    Route("/v1/scales", Owner.SKILLS),
    Route("/v1/roles", Owner.SKILLS),
    Route("/v1/people", Owner.SKILLS),
    Route("/v1/deputies", Owner.SKILLS),
    Route("/v1/exemptions", Owner.SKILLS),
    Route("/v1/suspensions", Owner.SKILLS),
    Route("/v1/org-units", Owner.SKILLS),
    Route("/v1/ratings", Owner.SKILLS),
    Route("/v1/rating-policies", Owner.SKILLS),
    Route("/v1/assessment-cycles", Owner.SKILLS),
    Route("/v1/gaps", Owner.SKILLS),
    Route("/v1/coverage", Owner.SKILLS),
    Route("/v1/settings", Owner.SKILLS),
    Route("/v1/imports", Owner.SKILLS, max_body=64 * MEBIBYTE),
    Route("/scim/v2", Owner.SKILLS),
    Route("/ims/case/v1p1", Owner.SKILLS),
    # programs: what the organisation offers
    Route("/v1/programs", Owner.PROGRAMS),
    Route("/v1/recommendations", Owner.PROGRAMS),
    Route("/v1/mentors", Owner.PROGRAMS),
    Route("/v1/mentoring", Owner.PROGRAMS),
    Route("/v1/resources", Owner.PROGRAMS),
    Route("/v1/campaigns", Owner.PROGRAMS),
    Route("/v1/success-stories", Owner.PROGRAMS),
    # enrollment: who takes part, and what came of it; seats and funnels live with the people in them
    Route("/v1/programs/{}/offerings", Owner.ENROLLMENT),
    Route("/v1/campaigns/{}/funnel", Owner.ENROLLMENT),
    Route("/v1/offerings", Owner.ENROLLMENT),
    Route("/v1/enrollments", Owner.ENROLLMENT),
    Route("/v1/approvals", Owner.ENROLLMENT),
    Route("/v1/follow-ups", Owner.ENROLLMENT),
    Route("/v1/leaders", Owner.ENROLLMENT),
    Route("/v1/plans", Owner.ENROLLMENT),
    Route("/v1/plan-templates", Owner.ENROLLMENT),
    Route("/v1/credentials", Owner.ENROLLMENT),
    Route("/v1/status-lists", Owner.ENROLLMENT, public=True),
    Route("/v1/outcomes", Owner.ENROLLMENT),
    Route("/xapi/v1", Owner.ENROLLMENT),
    Route("/xapi/v2", Owner.ENROLLMENT),
    Route("/.well-known/did.json", Owner.ENROLLMENT, public=True),
    # the gateway itself
    Route("/v1/clients", Owner.GATEWAY),
    Route("/v1/me", Owner.GATEWAY),
    Route("/v1/events", Owner.GATEWAY),
    Route("/v1/people/{}/journey", Owner.GATEWAY),
    Route("/oauth/token", Owner.GATEWAY, public=True),
    Route("/.well-known/oauth-authorization-server", Owner.GATEWAY, public=True),
    Route("/.well-known/jwks.json", Owner.GATEWAY, public=True),
    Route("/", Owner.PAGES, public=True),
    Route("/healthz", Owner.PAGES, public=True),
    Route("/readyz", Owner.PAGES, public=True),
    Route("/metrics", Owner.PAGES, public=True),
    Route("/openapi.json", Owner.PAGES, public=True),
    Route("/docs", Owner.PAGES, public=True),
)


@dataclass(slots=True)
class _Node:
    route: Route | None = None
    children: dict[str, "_Node"] = field(default_factory=dict)
    any_child: "_Node | None" = None


class RouteTable:
    """Finds the row of a decoded path by walking its segments; costs about a microsecond."""

    def __init__(self, routes: tuple[Route, ...] = ROUTES) -> None:
        self._root = _Node()
        for route in routes:
            self._insert(route)

    def _insert(self, route: Route) -> None:
        node = self._root
        for segment in route.prefix.strip("/").split("/"):
            if segment == "{}":
                node.any_child = node.any_child or _Node()
                node = node.any_child
            else:
                node = node.children.setdefault(segment, _Node())
        if node.route is not None:
            raise ValueError(f"two routes for {route.prefix}")
        node.route = route

    def find(self, path: str) -> Route | None:
        """The most specific row that covers `path`, or None; an unsafe path is covered by none."""
        return _descend(self._root, path.split("/")[1:], 0) if is_plain(path) else None


def _descend(node: _Node, segments: list[str], depth: int) -> Route | None:
    if depth < len(segments):
        for child in (node.children.get(segments[depth]), node.any_child):
            found = _descend(child, segments, depth + 1) if child else None
            if found:
                return found
    return node.route


def is_plain(path: str) -> bool:
    """Whether no reader between here and the service can understand the path in another way.

    Dot segments, empty segments and backslashes are resolved by some URL libraries and not by others;
    a front door that forwards them lets `/v1/skills/../../internal` through. One empty segment at the
    end is only a trailing slash.
    """
    return _AMBIGUOUS.search(path) is None
