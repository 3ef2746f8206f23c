"""Puts the walk's answers into words."""

from collections.abc import Iterator
from typing import Any

from deploy.tour.walk import Body


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def reason_text(reason: Any) -> str:
    return str(reason["text"] if isinstance(reason, dict) else reason)


def tell_readiness(gaps: Body) -> str:
    return f"Mia is ready for {gaps['role']['title']} to {gaps['readiness']:.0%}"


def tell_gaps(gaps: Body) -> Iterator[str]:
    for item in gaps["data"]:
        level = "never rated" if item["level"] is None else f"level {item['level']:g}"
        yield (
            f"{item['skill']['label']}: {level}, needs {item['target_level']:g}, gap {item['gap']:g} "
            f"– {item['kind']}. {item['reason']['text']}"
        )


def tell_pathway(pathways: Body) -> Iterator[str]:
    steps = pathways["data"][0]["steps"]
    yield f"The shortest honest way there has {counted(len(steps), 'step')}"
    for leg in steps:
        yield f"{leg['role']['title']}: effort {leg['effort']:g} levels, similarity {leg['similarity']:.2f}"


def tell_follow_ups(answer: Body) -> Iterator[str]:
    for task in answer["data"]:
        yield f"{task['kind']}, due on {task['due_on']}"


def tell_trend(answer: Body) -> str:
    points = " → ".join(f"{point['readiness']:.0%}" for point in answer["data"])
    return f"From cycle to now, readiness went {points}"
