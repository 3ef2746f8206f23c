"""Every table of the service in one import, for migrations and tests."""

from services.enrollment.approvals import models as approvals
from services.enrollment.credentials import models as credentials
from services.enrollment.enrollments import models as enrollments
from services.enrollment.followups import models as followups
from services.enrollment.offerings import models as offerings
from services.enrollment.plans import models as plans
from services.enrollment.tables import EnrollmentTable

__all__ = ["EnrollmentTable", "approvals", "credentials", "enrollments", "followups", "offerings", "plans"]
