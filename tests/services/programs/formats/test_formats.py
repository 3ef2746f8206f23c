"""Every registered format: its details are validated by the program's format, its rules speak in pointers."""

from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from services.programs.formats.details import Details
from services.programs.formats.registry import FORMATS, DetailsByFormat, FormatName

ROLE, OTHER_ROLE, PERSON = "hris:R-MKT", "hris:R-SALES", "hris:E1"
MINIMAL: dict[str, dict[str, Any]] = {
    "cross_training": {"host_role_id": ROLE, "rotation_weeks": 4},
    "stretch_assignment": {"sponsor_id": PERSON, "hours_per_week": 6, "weeks": 8, "vacancies": 2},
    "mentorship": {"weeks": 24, "sessions": 6, "reverse": False},
    "apprenticeship": {
        "approach": "time_based",
        "on_the_job_hours": 2000,
        "instruction_hours": 144,
        "work_processes": [{"title": "Picking", "hours": 1200}, {"title": "Packing", "hours": 800}],
    },
    "volunteer": {"organisation": "Harbour Youth Club", "cause": "Digital skills", "expected_hours": 30},
    "course": {},
}


class Carrier(BaseModel):
    """Stands for a program: a format beside its details."""

    format: FormatName
    details: DetailsByFormat = Field(default_factory=dict, validate_default=True)


def details(name: str, **changes: Any) -> Details:
    return FORMATS[name].model_validate({**MINIMAL[name], **changes})


def test_every_format_is_registered_under_its_own_name() -> None:
    assert set(FORMATS) == set(MINIMAL)
    assert all(name == model.format for name, model in FORMATS.items())


@pytest.mark.parametrize("name", FORMATS)
def test_the_required_fields_are_enough_and_survive_a_round_trip(name: str) -> None:
    carrier = Carrier.model_validate({"format": name, "details": MINIMAL[name]})

    assert type(carrier.details) is FORMATS[name]
    assert Carrier.model_validate_json(carrier.model_dump_json()) == carrier
    assert list(carrier.details.faults()) == []
    assert list(carrier.details.notices()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_unknown_fields_are_refused_at_their_place(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Carrier.model_validate({"format": name, "details": {**MINIMAL[name], "colour": "red"}})

    assert [error["loc"] for error in caught.value.errors()] == [("details", "colour")]


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in MINIMAL.items() for field in fields], ids=str
)
def test_each_required_field_is_missed_at_its_place(name: str, field: str) -> None:
    given = {key: value for key, value in MINIMAL[name].items() if key != field}
    with pytest.raises(ValidationError) as caught:
        Carrier.model_validate({"format": name, "details": given})

    assert [error["loc"] for error in caught.value.errors()] == [("details", field)]


def test_the_details_of_another_format_are_refused() -> None:
    with pytest.raises(ValidationError):
        Carrier.model_validate({"format": "course", "details": MINIMAL["volunteer"]})


def test_an_unknown_format_is_one_fault_not_two() -> None:
    with pytest.raises(ValidationError) as caught:
        Carrier.model_validate({"format": "seminar", "details": {"a": 1}})

    assert [error["loc"] for error in caught.value.errors()] == [("format",)]


def test_the_schema_shows_every_shape_and_every_format() -> None:
    schema = Carrier.model_json_schema()

    assert schema["properties"]["format"]["enum"] == list(FORMATS)
    shapes = schema["properties"]["details"]["anyOf"]
    assert {shape["$ref"].rpartition("/")[2] for shape in shapes} == {model.__name__ for model in FORMATS.values()}


@pytest.mark.parametrize("name", FORMATS)
def test_references_name_fields_that_exist(name: str) -> None:
    model = FORMATS[name]

    assert {*model.roles, *model.people} <= set(model.model_fields)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("stretch_assignment", 48), ("apprenticeship", 2144), ("volunteer", 30), ("course", None), ("mentorship", None)],
)
def test_hours_that_the_details_add_up_to(name: str, hours: float | None) -> None:
    assert details(name).hours() == hours


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("mentorship", {"weeks": 3}),
        ("mentorship", {"weeks": 25}),
        ("stretch_assignment", {"hours_per_week": 61}),
        ("stretch_assignment", {"vacancies": 0}),
        ("cross_training", {"rotation_weeks": 0}),
        ("cross_training", {"host_role_id": "nonsense"}),
        ("apprenticeship", {"approach": "guild"}),
        ("volunteer", {"expected_hours": 0}),
    ],
)
def test_values_outside_the_format_are_refused(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        details(name, **changes)


@pytest.mark.parametrize(
    ("name", "changes", "pointers"),
    [
        ("cross_training", {"source_role_id": ROLE}, ["/details/source_role_id"]),
        ("cross_training", {"source_role_id": OTHER_ROLE}, []),
        ("apprenticeship", {"on_the_job_hours": 1500}, ["/details/work_processes"]),
        ("apprenticeship", {"probation_hours": 2001}, ["/details/probation_hours"]),
        ("apprenticeship", {"wage_steps": [{"percent": 50}]}, ["/details/wage_steps/0"]),
        (
            "apprenticeship",
            {"wage_steps": [{"percent": 60, "from_hours": 0}, {"percent": 60, "from_competencies": 4}]},
            ["/details/wage_steps/1/percent"],
        ),
        (
            "apprenticeship",
            {"wage_steps": [{"percent": 50, "from_hours": 0}, {"percent": 60, "from_hours": 1000}]},
            [],
        ),
    ],
)
def test_contradictions_keep_a_program_from_being_published(
    name: str, changes: dict[str, Any], pointers: list[str]
) -> None:
    assert [fault.pointer for fault in details(name, **changes).faults()] == pointers


@pytest.mark.parametrize(
    ("name", "changes", "codes"),
    [
        ("stretch_assignment", {"hours_per_week": 20}, ["large_share_of_the_week"]),
        ("stretch_assignment", {"hours_per_week": 19.5}, []),
        ("mentorship", {"sessions": 4}, ["few_sessions"]),
        ("mentorship", {"weeks": 12, "sessions": 2}, []),
        ("mentorship", {"max_mentees": 3}, ["many_mentees"]),
        (
            "apprenticeship",
            {"on_the_job_hours": 1000, "instruction_hours": 72, "work_processes": [{"title": "All", "hours": 1000}]},
            ["few_hours_on_the_job"],
        ),
        (
            "apprenticeship",
            {"approach": "competency_based", "on_the_job_hours": 1000, "instruction_hours": 72, "work_processes": []},
            [],
        ),
        ("apprenticeship", {"instruction_hours": 100}, ["little_instruction"]),
        ("apprenticeship", {"work_processes": []}, ["schedule_incomplete"]),
        ("apprenticeship", {"probation_hours": 501}, ["long_probation"]),
    ],
)
def test_what_is_unusual_is_noticed_and_not_refused(name: str, changes: dict[str, Any], codes: list[str]) -> None:
    assert [notice.code for notice in details(name, **changes).notices()] == codes
