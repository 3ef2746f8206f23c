"""The formats, one line each. A new format is a file beside this one and its line here."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, ValidationInfo, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from services.programs.formats.apprenticeship import Apprenticeship
from services.programs.formats.course import Course
from services.programs.formats.cross_training import CrossTraining
from services.programs.formats.details import Details
from services.programs.formats.mentorship import Mentorship
from services.programs.formats.stretch_assignment import StretchAssignment
from services.programs.formats.volunteer import Volunteer

FORMATS: dict[str, type[Details]] = {
    CrossTraining.format: CrossTraining,
    StretchAssignment.format: StretchAssignment,
    Mentorship.format: Mentorship,
    Apprenticeship.format: Apprenticeship,
    Volunteer.format: Volunteer,
    Course.format: Course,
}


def _known(name: str) -> str:
    if name not in FORMATS:
        raise ValueError(f"should be one of {', '.join(FORMATS)}")
    return name


class _ByFormat:
    """Validates `details` by the sibling field `format`, and shows all possible shapes in the schema."""

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        shapes = core_schema.union_schema([handler.generate_schema(model) for model in FORMATS.values()])
        return core_schema.with_info_wrap_validator_function(self._validate, shapes)

    @staticmethod
    def _validate(value: Any, _: Any, info: ValidationInfo) -> Any:
        model = FORMATS.get(info.data.get("format", ""))
        return value if model is None else model.model_validate(value)  # a wrong format is a fault of its own


FormatName = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "enum": list(FORMATS)}),
    Field(description="How one learns.", examples=[CrossTraining.format]),
]
DetailsByFormat = Annotated[
    Details, _ByFormat(), Field(description="The fields of the program's `format`; `format` says which shape it is.")
]
