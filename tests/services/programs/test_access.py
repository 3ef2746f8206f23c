"""Identity × outcome for every operation of the programs service. A new operation without a row fails here."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.programs.catalog.stories import COURSE, ROTATION, make_program
from tests.services.programs.fakes import BOSS, LEA, MARKETER, MIA, SOCIAL_MEDIA, TOM

EMPLOYEE = user(MIA.id)
LEADER = user(LEA.id)
LEADER_ABOVE = user(BOSS.id)
OTHER_LEADER = user(TOM.id)
LND_ADMINISTRATOR = Principal("user", "user-admin", frozenset({"admin"}), UUID(int=0xAD))
HRIS = client_with("people:read", "people:write")
LMS = client_with("programs:read", "programs:write", "enrollments:write")
PORTAL = client_with("programs:read", "people:read")
REPORTS = client_with("reports:read")

EVERYBODY: dict[str, Principal | None] = {
    "nobody": None,
    "employee": EMPLOYEE,
    "leader": LEADER,
    "leader above": LEADER_ABOVE,
    "other leader": OTHER_LEADER,
    "administrator": LND_ADMINISTRATOR,
    "administrator's key": ADMIN,
    "hris": HRIS,
    "lms": LMS,
    "portal": PORTAL,
    "reports": REPORTS,
}
SIGNED_IN = ("employee", "leader", "leader above", "other leader")
ADMINISTRATORS = ("administrator", "administrator's key")

Call = Callable[[Running, dict[str, Any], Principal | None], Any]
MATCH = {"If-Match": "*"}


def _recommend(programs: Running, _: dict[str, Any], caller: Principal | None) -> Any:
    body = {"person_id": str(MIA.id), "role_id": str(MARKETER.id)}
    return programs.post("/v1/recommendations", body, caller=caller)


def _get(programs: Running, program: dict[str, Any], caller: Principal | None) -> Any:
    return programs.get(f"/v1/programs/{program['id']}", caller=caller)


def _patch(programs: Running, program: dict[str, Any], caller: Principal | None) -> Any:
    return programs.patch(f"/v1/programs/{program['id']}", {"hours": 30}, caller=caller, headers=MATCH)


def _delete(programs: Running, program: dict[str, Any], caller: Principal | None) -> Any:
    return programs.delete(f"/v1/programs/{program['id']}", caller=caller, headers=MATCH)


READS = {**dict.fromkeys((*SIGNED_IN, *ADMINISTRATORS, "lms", "portal"), 200), "hris": 403, "reports": 403}
CALLS: dict[str, tuple[Call, dict[str, int]]] = {
    "list_programs": (lambda programs, _, caller: programs.get("/v1/programs", caller=caller), READS),
    "get_program": (
        lambda programs, program, caller: programs.get(f"/v1/programs/{program['id']}", caller=caller),
        READS,
    ),
    "create_program": (
        lambda programs, _, caller: programs.post("/v1/programs", COURSE, caller=caller),
        dict.fromkeys((*ADMINISTRATORS, "lms"), 201),
    ),
    "change_program": (_patch, dict.fromkeys((*ADMINISTRATORS, "lms"), 200)),
    "delete_program": (_delete, dict.fromkeys((*ADMINISTRATORS, "lms"), 204)),
    "upsert_program": (
        lambda programs, _, caller: programs.put("/v1/programs/by-external-id/lms/C-1", COURSE, caller=caller),
        dict.fromkeys((*ADMINISTRATORS, "lms"), 201),
    ),
    "recommend_programs": (
        _recommend,
        {**dict.fromkeys((*SIGNED_IN, *ADMINISTRATORS, "portal"), 200), "other leader": 404},
    ),
}


@pytest.mark.parametrize("identity", EVERYBODY)
@pytest.mark.parametrize("operation", CALLS)
async def test_who_may_do_what(programs: Running, operation: str, identity: str) -> None:
    program = await make_program(programs)
    call, outcomes = CALLS[operation]
    answer: httpx.Response = await call(programs, program, EVERYBODY[identity])

    assert answer.status_code == outcomes.get(identity, 401 if identity == "nobody" else 403), answer.text


async def test_every_public_operation_has_a_row(programs: Running) -> None:
    document = (await programs.http.get("/openapi.json")).json()
    documented = {
        operation["operationId"]
        for path, item in document["paths"].items()
        if path.startswith("/v1/")
        for operation in item.values()
    }

    assert documented == set(CALLS)


@pytest.mark.parametrize("identity", EVERYBODY)
async def test_the_inside_is_for_neighbours(programs: Running, identity: str) -> None:
    program = await make_program(programs)
    path = f"/internal/programs/{program['id']}"

    assert (await programs.get(path, caller=EVERYBODY[identity])).status_code == (401 if identity == "nobody" else 403)
    assert (await programs.get(path, caller=NEIGHBOUR)).status_code == 200


async def test_a_refused_caller_changes_nothing(programs: Running) -> None:
    program = await make_program(programs)
    for caller in (EMPLOYEE, LEADER, HRIS, PORTAL, REPORTS, None):
        await programs.post("/v1/programs", COURSE, caller=caller)
        await _patch(programs, program, caller)
        await _delete(programs, program, caller)

    assert (await programs.get("/v1/programs")).json()["data"] == [program]


@pytest.mark.parametrize("identity", [*SIGNED_IN, *ADMINISTRATORS, "lms", "portal"])
async def test_drafts_are_for_those_who_work_on_the_catalogue_and_for_their_owner(
    programs: Running, identity: str
) -> None:
    draft = await make_program(programs, status="draft", owner_id=str(LEA.id))
    caller = EVERYBODY[identity]
    sees = identity in (*ADMINISTRATORS, "lms", "portal", "leader")

    assert (await programs.get(f"/v1/programs/{draft['id']}", caller=caller)).status_code == (200 if sees else 404)
    assert len((await programs.get("/v1/programs", caller=caller)).json()["data"]) == sees
    assert len((await programs.get(f"/v1/programs?ids={draft['id']}", caller=caller)).json()["data"]) == sees


async def test_a_foreign_draft_is_answered_as_a_missing_program(programs: Running) -> None:
    ids = [{"source": "lms", "external_id": "C-17"}]
    draft = await make_program(programs, status="draft", external_ids=ids)
    for present, missing in ((draft["id"], str(uuid4())), ("lms:C-17", "lms:C-18")):
        foreign = await programs.get(f"/v1/programs/{present}", caller=EMPLOYEE)
        absent = await programs.get(f"/v1/programs/{missing}", caller=EMPLOYEE)
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert foreign.json()["detail"].replace(present, missing) == absent.json()["detail"]


async def test_a_recommendation_shows_no_draft(programs: Running) -> None:
    await make_program(programs, ROTATION, status="draft", owner_id=str(MIA.id))
    gaps = [{"skill_id": str(SOCIAL_MEDIA.id), "level": 1, "target_level": 3}]
    answer = await programs.post("/v1/recommendations", {"gaps": gaps}, caller=EMPLOYEE)

    assert (answer.json()["data"], answer.json()["left_out"]) == ([], [])
