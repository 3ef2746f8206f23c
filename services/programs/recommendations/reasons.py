"""The reasons behind a recommendation, as codes for programs and sentences for people. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.programs.recommendations.candidates import Candidate, Closing, Constraints, Exclusion
from services.programs.recommendations.rules import LeftOut, Recommendation


@dataclass(frozen=True)
class Reason:
    code: str
    text: str


def reasons_for(found: Recommendation, constraints: Constraints, titles: Mapping[UUID, str]) -> tuple[Reason, ...]:
    """What speaks for the program and what to know before choosing it. `titles` names programs that it needs first."""
    return (
        *(_closes(closing) for closing in found.closes),
        *(reason for closing in found.closes if (reason := _start(closing)) is not None),
        *_limits(found.program, constraints),
        *_prerequisites(found, titles),
    )


def reason_left_out(found: LeftOut) -> Reason:
    """Why the program is not among the recommended ones."""
    return Reason(found.exclusion.value, _LEFT_OUT[found.exclusion](found.program))


def _closes(closing: Closing) -> Reason:
    target = closing.gap.target_level
    need = "an essential skill" if closing.gap.essential else "a skill"
    levels = f"from level {closing.from_level:g} to {closing.to_level:g}"
    if closing.to_level >= target:
        return Reason("closes_gap", f"Closes the gap in {closing.gap.label}, {need} of the role: {levels}.")
    return Reason("narrows_gap", f"Narrows the gap in {closing.gap.label}, {need} of the role: {levels} of {target:g}.")


def _start(closing: Closing) -> Reason | None:
    label, presumes = closing.gap.label, f"{closing.presumes:g}"
    if closing.gap.level is None:
        return Reason("never_rated", f"{label} was never rated: check that a start at level {presumes} fits.")
    if closing.presumes > closing.from_level:
        return Reason("starts_above", f"Starts at level {presumes} of {label}, above today's {closing.from_level:g}.")
    if closing.presumes < closing.from_level:
        return Reason("repeats", f"Starts at level {presumes} of {label} and repeats what is known already.")
    return Reason("fits_level", f"Starts where the level in {label} is today.")


def _limits(program: Candidate, constraints: Constraints) -> Iterator[Reason]:
    if constraints.max_hours is not None:
        yield Reason("within_hours", f"Takes {program.hours:g} of {constraints.max_hours:g} hours.")
    if program.is_free:
        yield Reason("free_of_charge", "Free of charge.")
    elif constraints.max_cost is not None and program.cost is not None:
        limit = constraints.max_cost
        yield Reason("within_cost", f"Costs {program.cost.amount:.2f} of {limit.amount:.2f} {limit.currency}.")


def _prerequisites(found: Recommendation, titles: Mapping[UUID, str]) -> Iterator[Reason]:
    for program_id in sorted(found.missing_programs):
        yield Reason("needs_first", f"Needs {titles.get(program_id, 'another program')} first.")


def _price(program: Candidate) -> str:
    return "nothing" if program.cost is None else f"{program.cost.amount:.2f} {program.cost.currency}"


_LEFT_OUT: dict[Exclusion, Callable[[Candidate], str]] = {
    Exclusion.OTHER_FORMAT: lambda program: f"Is of the format {program.format}, which was not asked for.",
    Exclusion.TOO_MANY_HOURS: lambda program: f"Takes {program.hours:g} hours, more than the limit.",
    Exclusion.OTHER_CURRENCY: lambda program: f"Costs {_price(program)}; the limit is in another currency.",
    Exclusion.TOO_EXPENSIVE: lambda program: f"Costs {_price(program)}, more than the limit.",
    Exclusion.STARTS_ABOVE_LEVEL: lambda _: "Starts more than one level above today's level.",
}
