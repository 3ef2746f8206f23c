"""The three strides of planning: read the files, read the state, compare. The first and the last know no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.skills.imports.formats import FORMATS
from services.skills.imports.planning import people, ratings, role_state, roles, taxonomy
from services.skills.imports.planning.frameworks import TaxonomyState
from services.skills.imports.planning.people import PeopleState
from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.planning.ratings import RatingState
from services.skills.imports.planning.role_state import RoleStateOfUpload
from services.skills.imports.records import FileNote, Finding, Options
from shared.database.sessions import AnySession
from shared.identity.principal import Principal
from shared.uploads import open_upload


@dataclass
class State:
    """What is stored of everything that an upload names."""

    taxonomy: TaxonomyState
    roles: RoleStateOfUpload
    people: PeopleState
    ratings: RatingState


def read_records(format: str, files: Sequence[tuple[str, bytes]], options: Options) -> Records:
    """Every record of the files, (name, content). Raises UploadRefused."""
    opened = [file for name, content in files for file in open_upload(name, content)]
    return Records(FORMATS[format](opened, options))


async def read_state(session: AnySession, records: Records) -> State:
    return State(
        taxonomy=await taxonomy.read_state(session, records),
        roles=await role_state.read_state(session, records),
        people=await people.read_state(session, records),
        ratings=await ratings.read_state(session, records),
    )


def make_plan(records: Records, state: State, caller: Principal, today: date) -> Plan:
    """What has to be written, in order. Raises UploadRefused for what makes the whole upload senseless."""
    plan = Plan(findings=list(records.of(Finding)), notes=list(records.of(FileNote)))
    known = taxonomy.plan_taxonomy(records, state.taxonomy, plan)
    roles.plan_roles(records, state.roles, known, plan)
    people.plan_people(records, state.people, plan, today)
    ratings.plan_ratings(records, state.ratings, caller, plan)
    return plan
