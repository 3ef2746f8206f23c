"""What a client may be allowed to do. Users (employees, leaders) have no scopes: they see what is theirs."""

from enum import StrEnum


class Scope(StrEnum):
    SKILLS_READ = "skills:read"
    SKILLS_WRITE = "skills:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    RATINGS_WRITE = "ratings:write"
    PROGRAMS_READ = "programs:read"
    PROGRAMS_WRITE = "programs:write"
    ENROLLMENTS_READ = "enrollments:read"
    ENROLLMENTS_WRITE = "enrollments:write"
    REPORTS_READ = "reports:read"
    XAPI_WRITE = "xapi:write"
    CLIENTS_WRITE = "clients:write"
    ACT = "act"
    ADMIN = "admin"


DESCRIPTIONS: dict[Scope, str] = {
    Scope.SKILLS_READ: "Read frameworks, skills, scales, roles and requirements",
    Scope.SKILLS_WRITE: "Change frameworks, skills, scales, roles and requirements",
    Scope.PEOPLE_READ: "Read people, org units, levels, gaps and pathways",
    Scope.PEOPLE_WRITE: "Change people and org units",
    Scope.RATINGS_WRITE: "Record and revoke ratings, run assessment cycles",
    Scope.PROGRAMS_READ: "Read the catalogue and ask for recommendations",
    Scope.PROGRAMS_WRITE: "Change the catalogue",
    Scope.ENROLLMENTS_READ: "Read offerings, enrollments, plans, follow-ups and credentials",
    Scope.ENROLLMENTS_WRITE: "Change offerings, enrollments, plans, follow-ups and credentials",
    Scope.REPORTS_READ: "Read aggregates, and nothing about one person",
    Scope.XAPI_WRITE: "Send xAPI statements",
    Scope.CLIENTS_WRITE: "Manage API clients and webhooks",
    Scope.ACT: "Name the person who acts",
    Scope.ADMIN: "Everything that an L&D administrator may do",
}
ALL_SCOPES = frozenset(Scope)
