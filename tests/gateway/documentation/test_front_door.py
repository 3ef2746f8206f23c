"""Every operation documents what the front door can answer to it."""

from typing import Any

from gateway.documentation.front_door import add_front_door, shared_responses


def operation(**fields: Any) -> dict[str, Any]:
    document = {"paths": {"/a": {"post": {"responses": {"200": {"description": "ok"}}, **fields}}}}
    found: dict[str, Any] = add_front_door(document)["paths"]["/a"]["post"]
    return found


def test_an_operation_that_needs_credentials_documents_401_and_403() -> None:
    assert list(operation()["responses"]) == ["200", "400", "401", "403", "429", "503"]


def test_an_open_operation_does_not() -> None:
    assert list(operation(security=[])["responses"]) == ["200", "400", "429", "503"]


def test_a_body_can_be_too_large() -> None:
    assert "413" in operation(requestBody={})["responses"]


def test_what_the_service_says_itself_stays() -> None:
    own = {"description": "not while the run is open"}
    assert operation(responses={"403": own})["responses"]["403"] is own


def test_every_answer_that_is_referred_to_is_described() -> None:
    referred = [
        answer["$ref"].rpartition("/")[2]
        for answer in operation(requestBody={})["responses"].values()
        if "$ref" in answer
    ]
    assert set(referred) == set(shared_responses())
