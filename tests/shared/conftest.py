"""The kernel is tested on a real service: the smallest one that has something to store."""

from tests.services.skills.conftest import skills

__all__ = ["skills"]
