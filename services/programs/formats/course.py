"""Course: taught in a class, on-line or by a provider. Everything that it needs is in the program itself."""

from services.programs.formats.details import Details


class Course(Details):
    """A course has no fields of its own."""

    format = "course"
