"""Cross-training: a rotation into another role, so that more people can do what few can."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.programs.formats.details import Details, Weeks
from shared.errors import Fault
from shared.references import Reference


class CrossTraining(Details):
    """Where the person goes, for how long, and for whom they can stand in afterwards."""

    format = "cross_training"
    roles = ("host_role_id", "source_role_id", "backup_for_role_id")

    host_role_id: Annotated[Reference, Field(description="The role that is learned.")]
    rotation_weeks: Annotated[Weeks, Field(examples=[4])]
    host_org_unit_id: Annotated[UUID | None, Field(description="The team that receives.")] = None
    source_role_id: Annotated[Reference | None, Field(description="The role that people come from.")] = None
    backup_for_role_id: Annotated[Reference | None, Field(description="The role they can stand in for.")] = None

    def faults(self) -> Iterator[Fault]:
        if self.source_role_id == self.host_role_id:
            yield Fault(pointer="/details/source_role_id", detail="People cannot rotate into the role they come from.")
