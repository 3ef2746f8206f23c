"""Every table of the service in one import, for migrations and tests."""

from services.enrollment.tables import EnrollmentTable

__all__ = ["EnrollmentTable"]
