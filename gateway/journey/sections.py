"""What a journey is made of: one line per section, in the order of the page."""

from dataclasses import dataclass

from shared.settings import ServiceName


@dataclass(frozen=True, slots=True)
class Section:
    """A read of one service. `{person}` in the path or in a query value is the person's id.

    `passes` names the journey's own query parameters that this read understands, under its name for them.
    """

    service: ServiceName
    path: str
    query: tuple[tuple[str, str], ...] = ()
    passes: tuple[tuple[str, str], ...] = ()


PERSON = Section("skills", "/v1/people/{person}")
OF_PERSON = (("person_id", "{person}"),)
LIMITED = (("limit", "limit"),)

SECTIONS: dict[str, Section] = {
    "levels": Section("skills", "/v1/people/{person}/skills", passes=LIMITED),
    "gaps": Section(
        "skills", "/v1/people/{person}/gaps", passes=(("target_role_id", "role_id"), ("horizon", "horizon"))
    ),
    "pathways": Section("skills", "/v1/people/{person}/pathways", passes=(("target_role_id", "target_role_id"),)),
    "plans": Section("enrollment", "/v1/plans", query=OF_PERSON, passes=LIMITED),
    "enrollments": Section("enrollment", "/v1/enrollments", query=OF_PERSON, passes=LIMITED),
    "credentials": Section("enrollment", "/v1/credentials", query=OF_PERSON, passes=LIMITED),
    "follow_ups": Section("enrollment", "/v1/follow-ups", query=OF_PERSON, passes=LIMITED),
}


def request_of(section: Section, person: str, given: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The path and the query of a section's read for this person; `given` are the journey's parameters."""
    query = {name: value.format(person=person) for name, value in section.query}
    query |= {theirs: given[ours] for ours, theirs in section.passes if ours in given}
    return section.path.format(person=person), query
