"""Apprenticeship: paid work along a schedule of work processes, with related instruction.

The three approaches and the figures of the notices are those of the United States' registered apprenticeships
(29 CFR 29.5: at least 2,000 hours on the job in the time-based approach, 144 hours of related instruction a year
recommended, probation of at most a quarter of the program). They inform; every figure is the owner's to set, and
nothing here claims a registration.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from services.programs.formats.details import Details, Notice
from shared.errors import Fault
from shared.schemas import Hours, RequestBody, Title

ON_THE_JOB_HOURS = 2_000
INSTRUCTION_HOURS_A_YEAR = 144
LARGEST_SHARE_ON_PROBATION = 0.25
ROUNDING = 0.01


class WorkProcess(RequestBody):
    """A part of the work that is learned, and for how long."""

    title: Title
    hours: Hours


class WageStep(RequestBody):
    """A rise in pay, reached by hours on the job or by competencies shown."""

    percent: Annotated[float, Field(gt=0, le=100, description="Share of a skilled worker's wage.", examples=[60])]
    from_hours: Hours | None = None
    from_competencies: Annotated[int | None, Field(ge=0, le=1000)] = None


class Apprenticeship(Details):
    """How time and competence count, what is worked on, what is taught and how pay rises."""

    format = "apprenticeship"
    largest_step = 5

    approach: Annotated[
        Literal["time_based", "competency_based", "hybrid"],
        Field(description="What completes it: hours, competencies shown, or both."),
    ]
    on_the_job_hours: Annotated[Hours, Field(examples=[2000])]
    instruction_hours: Annotated[Hours, Field(examples=[144])]
    work_processes: Annotated[list[WorkProcess], Field(max_length=100)]
    wage_steps: Annotated[list[WageStep], Field(max_length=50)] = []
    probation_hours: Hours | None = None
    apprentices_per_skilled_worker: Annotated[float | None, Field(gt=0, le=20, examples=[1])] = None

    def hours(self) -> float | None:
        return self.on_the_job_hours + self.instruction_hours

    def scheduled_hours(self) -> float:
        return sum(process.hours for process in self.work_processes)

    def faults(self) -> Iterator[Fault]:
        if self.scheduled_hours() > self.on_the_job_hours + ROUNDING:
            detail = f"The work processes take {self.scheduled_hours():g} hours, more than on_the_job_hours."
            yield Fault(pointer="/details/work_processes", detail=detail)
        if self.probation_hours is not None and self.probation_hours > self.on_the_job_hours:
            yield Fault(pointer="/details/probation_hours", detail="Probation is longer than the work itself.")
        yield from self._wage_faults()

    def _wage_faults(self) -> Iterator[Fault]:
        for index, step in enumerate(self.wage_steps):
            if step.from_hours is None and step.from_competencies is None:
                detail = "A wage step is reached by from_hours or from_competencies."
                yield Fault(pointer=f"/details/wage_steps/{index}", detail=detail)
        for index, (before, after) in enumerate(pairwise(self.wage_steps), start=1):
            if after.percent <= before.percent:
                yield Fault(pointer=f"/details/wage_steps/{index}/percent", detail="Wages rise from step to step.")

    def notices(self) -> Iterator[Notice]:
        if self.approach != "competency_based" and self.on_the_job_hours < ON_THE_JOB_HOURS:
            text = f"Fewer than the {ON_THE_JOB_HOURS} hours on the job of a registered time-based apprenticeship."
            yield Notice("few_hours_on_the_job", text)
        if self.instruction_hours < INSTRUCTION_HOURS_A_YEAR * self.on_the_job_hours / ON_THE_JOB_HOURS:
            text = f"Less than the recommended {INSTRUCTION_HOURS_A_YEAR} hours of instruction a year."
            yield Notice("little_instruction", text)
        if self.scheduled_hours() < self.on_the_job_hours - ROUNDING and self.approach == "time_based":
            yield Notice("schedule_incomplete", "The work processes do not account for all hours on the job.")
        if (self.probation_hours or 0) > LARGEST_SHARE_ON_PROBATION * self.on_the_job_hours:
            yield Notice("long_probation", "Probation takes more than a quarter of the hours on the job.")
