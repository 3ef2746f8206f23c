"""What concerns one person is seen by them and by who leads them; for others it does not exist."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from shared.identity.principal import Principal
from tests.access.doors import OPERATIONS, Doors, Operation
from tests.harness import ADMIN, user

pytestmark = pytest.mark.asyncio(loop_scope="package")

OWNED = [operation for operation in OPERATIONS if operation.row.about is not None]
PARAMETERS = {"leader": "person_id"}
"""The path parameter that names the thing, where it is not `id`."""
LEAS = ("leader", "deputy")
"""What is Lea's own, and nothing to those whom she leads."""


@dataclass
class Story:
    """Ida leads Lea, Lea leads Mia; Tom is somebody else's."""

    ida: Principal
    lea: Principal
    mia: Principal
    tom: Principal
    things: dict[str, str]

    def insiders(self, about: str) -> list[Principal]:
        """Whom it concerns, and who leads them at any distance."""
        return [self.ida, self.lea] if about in LEAS else [self.ida, self.lea, self.mia]

    def outsiders(self, about: str) -> list[Principal]:
        return [self.tom, user(uuid4()), *([self.mia] if about in LEAS else [])]


async def make(doors: Doors, method: str, path: str, body: object, status: int = 201) -> Any:
    answer = await doors.call(method, path, ADMIN, body)
    assert answer.status_code == status, f"{method} {path}: {answer.text}"
    return answer.json()


async def hire(doors: Doors, number: str, manager: str | None, role: str) -> Principal:
    person = {"user_name": f"{number}@own.example", "given_name": number, "family_name": "Own", "role_id": role}
    if manager is not None:
        person["manager_id"] = f"own:{manager}"
    made = await make(doors, "PUT", f"/v1/people/by-external-id/own/{number}", person)
    return user(UUID(made["id"]))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def story(doors: Doors) -> Story:
    """Mia was rated, learned something, has a plan and a badge; Lea has something to follow up."""
    framework = await make(doors, "POST", "/v1/frameworks", {"uri": "https://own.example", "title": "Own"})
    skill = await make(
        doors,
        "POST",
        "/v1/skills",
        {"framework_id": framework["id"], "uri": "own:1", "labels": {"en": "Own it"}, "status": "published"},
    )
    role = await make(doors, "POST", "/v1/roles", {"title": "Owner", "family": "Own", "grade": "1"})
    needed = {"skill_id": skill["id"], "level": 3, "importance": 1.0, "essential": True, "effective_from": None}
    await make(doors, "PUT", f"/v1/roles/{role['id']}/requirements", {"data": [needed]}, 200)
    ida = await hire(doors, "ida", None, role["id"])
    lea = await hire(doors, "lea", "ida", role["id"])
    mia = await hire(doors, "mia", "lea", role["id"])
    tom = await hire(doors, "tom", None, role["id"])
    await make(doors, "PUT", f"/v1/people/{mia.person_id}/aspirations", {"data": [{"role_id": role["id"]}]}, 200)
    things = {"person": str(mia.person_id), "leader": str(lea.person_id)}
    things["deputy"] = (await make(doors, "POST", f"/v1/people/{lea.person_id}/deputies", {"deputy_id": "own:ida"}))[
        "id"
    ]
    for kind in ("exemption", "suspension"):
        body = {"skill_id": skill["id"], "reason": "Away", "starts_on": "2099-01-01", "ends_on": "2099-12-31"}
        things[kind] = (await make(doors, "POST", f"/v1/people/{mia.person_id}/{kind}s", body))["id"]
    rated = {"skill_id": skill["id"], "level": 1, "source": "manager", "assessor_id": str(lea.person_id)}
    things["rating"] = (await make(doors, "POST", "/v1/ratings", {**rated, "person_id": things["person"]}))["id"]
    program = await make(
        doors,
        "POST",
        "/v1/programs",
        {
            "title": "Owning",
            "format": "course",
            "status": "published",
            "skills": [{"skill_id": skill["id"], "from_level": 1, "to_level": 3}],
            "hours": 8,
            "delivery": "online",
            "languages": ["en"],
            "owner_id": str(ida.person_id),
            "details": {},
        },
    )
    offering = await make(doors, "POST", f"/v1/programs/{program['id']}/offerings", {"capacity": 5})
    item = {"skill_id": skill["id"], "to_level": 3, "program_id": program["id"]}
    plan = await make(doors, "POST", "/v1/plans", {"person_id": things["person"], "items": [item]})
    enrollment = await make(
        doors, "POST", "/v1/enrollments", {"person_id": things["person"], "offering_id": offering["id"]}
    )
    path = f"/v1/enrollments/{enrollment['id']}"
    await make(doors, "POST", f"{path}/approve", {"acting_person_id": str(lea.person_id)}, 200)
    done = await make(doors, "POST", f"{path}/complete", {"acting_person_id": str(lea.person_id)}, 200)
    tasks = await doors.call("GET", f"/v1/follow-ups?enrollment_id={enrollment['id']}", ADMIN)
    things |= {
        "plan": plan["id"],
        "enrollment": enrollment["id"],
        "credential": done["credential_id"],
        "follow_up": tasks.json()["data"][0]["id"],
    }
    return Story(ida, lea, mia, tom, things)


def address(operation: Operation, thing: str) -> str:
    """The operation's path on this thing."""
    assert operation.row.about is not None
    return operation.address(**{PARAMETERS.get(operation.row.about, "id"): thing})


def reads(operation: Operation) -> bool:
    """Reads of the thing itself or of what hangs on it as a whole: their answer depends on nothing else."""
    return operation.method == "GET" and operation.path.count("{") == 1


@pytest.mark.parametrize("operation", [pytest.param(o, id=o.id) for o in OWNED if reads(o)])
async def test_insiders_see_it(doors: Doors, story: Story, operation: Operation) -> None:
    about = operation.row.about
    assert about is not None
    for caller in story.insiders(about):
        answer = await doors.call("GET", address(operation, story.things[about]), caller)
        assert answer.status_code == 200, (caller, answer.text)


@pytest.mark.parametrize("operation", [pytest.param(o, id=o.id) for o in OWNED])
async def test_for_outsiders_it_is_not_there(doors: Doors, story: Story, operation: Operation) -> None:
    about = operation.row.about
    assert about is not None
    for caller in story.outsiders(about):
        missing = str(uuid4())
        foreign = await doors.call(operation.method, address(operation, story.things[about]), caller)
        absent = await doors.call(operation.method, address(operation, missing), caller)
        assert foreign.status_code == absent.status_code
        assert told(foreign.json(), story.things[about]) == told(absent.json(), missing)
        if operation.method in ("GET", "DELETE"):
            assert foreign.status_code == 404


def told(problem: dict[str, Any], id: str) -> dict[str, Any]:
    """What an answer says, but for the id that was asked for and the request's own."""
    said = {name: value for name, value in problem.items() if name != "request_id"}
    return {**said, "detail": str(said.get("detail")).replace(id, "…")}
