"""Reads a person's page from three services side by side."""

import asyncio
from urllib.parse import quote, urlencode
from uuid import UUID

from gateway.inside import Inside, json_of
from gateway.journey.schemas import Journey, JourneySection, Status
from gateway.journey.sections import PERSON, SECTIONS, Section, request_of
from shared.errors import NotFound, Unavailable
from shared.identity.principal import Principal


class JourneyReader:
    """Reads as the caller: what they may not see in a service they do not see here."""

    def __init__(self, inside: Inside, caller: Principal) -> None:
        self._inside = inside
        self._caller = caller

    async def read(self, reference: str, given: dict[str, str]) -> Journey:
        """The page of the person with this id or external id. Raises NotFound when skills knows no such person.

        A section whose service does not answer says so; the others stand.
        """
        person = await self._read(PERSON, reference, given)
        if person.status == "refused":
            raise NotFound(f"There is no person {reference}.")
        read = await asyncio.gather(
            *(self._read(section, _id_of(person, reference), given) for section in SECTIONS.values())
        )
        sections = dict(zip(SECTIONS, read, strict=True))
        whole = all(section.status != "unavailable" for section in (person, *read))
        return Journey(status="ok" if whole else "partial", person=person, **sections)

    async def _read(self, section: Section, person: str, given: dict[str, str]) -> JourneySection:
        path, query = request_of(section, quote(person, safe=":"), given)
        source = f"{path}?{urlencode(query, safe=':')}" if query else path
        try:
            answer = await self._inside.get(section.service, path, self._caller, query)
        except Unavailable as problem:
            return JourneySection(status="unavailable", source=source, problem={"detail": problem.detail})
        if answer.is_success:
            return JourneySection(status="ok", source=source, data=json_of(answer))
        status: Status = "unavailable" if answer.is_server_error else "refused"
        return JourneySection(status=status, source=source, problem=json_of(answer))


def _id_of(person: JourneySection, reference: str) -> str:
    """The person's UUID, which every service knows; the reference itself while skills does not answer."""
    if isinstance(person.data, dict) and isinstance(found := person.data.get("id"), str):
        return str(UUID(found))
    return reference
