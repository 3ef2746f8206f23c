"""Who may call what: one row for each operation of the OpenAPI document.

`scopes`: a client needs one of them. `users`: everybody who is signed in may call it. `about`: where the
operation concerns one person or something of theirs, what its path names; then only that person, their
leaders (all levels up), administrators and clients with the scope see it, and for others it does not exist.
"""

from dataclasses import dataclass
from typing import Literal

About = Literal["person", "enrollment", "plan", "credential", "follow_up", "rating", "leader"]


@dataclass(frozen=True)
class Row:
    """What the signature of an operation promises."""

    scopes: tuple[str, ...] = ()
    users: bool = False
    public: bool = False
    anybody: bool = False
    """Any caller who is known, whatever their scopes."""
    about: About | None = None


PUBLIC = Row(public=True)


def clients(*scopes: str) -> Row:
    return Row(scopes)


def users(*scopes: str, about: About | None = None) -> Row:
    return Row(scopes, users=True, about=about)


ROWS: dict[str, Row] = {
    "get_did_document": PUBLIC,
    "read_keys": PUBLIC,
    "read_metadata": PUBLIC,
    "check_liveness_healthz_get": PUBLIC,
    "read_metrics_metrics_get": PUBLIC,
    "create_token": PUBLIC,
    "check_readiness_readyz_get": PUBLIC,
    "list_approvals": users("enrollments:read"),
    "answer_requests": users("enrollments:write"),
    "get_approval_policy": users("enrollments:read"),
    "replace_approval_policy": clients("admin"),
    "list_clients": clients("clients:write"),
    "create_client": clients("clients:write"),
    "revoke_client": clients("clients:write"),
    "get_client": clients("clients:write"),
    "change_client": clients("clients:write"),
    "create_key": clients("clients:write"),
    "revoke_key": clients("clients:write"),
    "list_credentials": users("enrollments:read"),
    "get_credential": users("enrollments:read", about="credential"),
    "revoke_credential": clients("enrollments:write"),
    "list_enrollments": users("enrollments:read"),
    "request_enrollment": users("enrollments:write"),
    "report_participation": clients("enrollments:write"),
    "get_enrollment": users("enrollments:read", about="enrollment"),
    "accept_offered_seat": users("enrollments:write", about="enrollment"),
    "approve_enrollment": users("enrollments:write", about="enrollment"),
    "complete_enrollment": users("enrollments:write", about="enrollment"),
    "decline_enrollment": users("enrollments:write", about="enrollment"),
    "fail_enrollment": users("enrollments:write", about="enrollment"),
    "mark_no_show": users("enrollments:write", about="enrollment"),
    "revoke_completion": users("enrollments:write", about="enrollment"),
    "start_enrollment": users("enrollments:write", about="enrollment"),
    "get_enrollment_timeline": users("enrollments:read", about="enrollment"),
    "withdraw_enrollment": users("enrollments:write", about="enrollment"),
    "list_follow_ups": users("enrollments:read"),
    "get_follow_up": users("enrollments:read", about="follow_up"),
    "answer_follow_up": users("enrollments:write", about="follow_up"),
    "list_frameworks": users("skills:read"),
    "create_framework": clients("skills:write"),
    "upsert_framework": clients("skills:write"),
    "delete_framework": clients("skills:write"),
    "get_framework": users("skills:read"),
    "change_framework": clients("skills:write"),
    "list_imports": clients("people:write", "ratings:write", "skills:write"),
    "request_import": clients("people:write", "ratings:write", "skills:write"),
    "get_import": clients("people:write", "ratings:write", "skills:write"),
    "list_import_errors": clients("people:write", "ratings:write", "skills:write"),
    "list_import_plan": clients("people:write", "ratings:write", "skills:write"),
    "read_me": Row(anybody=True),
    "list_offerings": users("enrollments:read"),
    "get_offering": users("enrollments:read"),
    "change_offering": clients("enrollments:write"),
    "list_plans": users("enrollments:read"),
    "create_plan": users("enrollments:write"),
    "delete_plan": users("enrollments:write", about="plan"),
    "get_plan": users("enrollments:read", about="plan"),
    "change_plan": users("enrollments:write", about="plan"),
    "approve_plan": users("enrollments:write", about="plan"),
    "cancel_plan": users("enrollments:write", about="plan"),
    "complete_plan": users("enrollments:write", about="plan"),
    "reopen_plan": users("enrollments:write", about="plan"),
    "return_plan": users("enrollments:write", about="plan"),
    "submit_plan": users("enrollments:write", about="plan"),
    "list_programs": users("programs:read"),
    "create_program": clients("programs:write"),
    "upsert_program": clients("programs:write"),
    "delete_program": clients("programs:write"),
    "get_program": users("programs:read"),
    "change_program": clients("programs:write"),
    "list_program_offerings": users("enrollments:read"),
    "recommend_programs": users("programs:read"),
    "create_offering": clients("enrollments:write"),
    "list_roles": users("skills:read"),
    "create_role": clients("skills:write"),
    "upsert_role": clients("skills:write"),
    "delete_role": clients("skills:write"),
    "get_role": users("skills:read"),
    "change_role": clients("skills:write"),
    "get_moves": users("skills:read"),
    "replace_moves": clients("skills:write"),
    "get_requirements": users("skills:read"),
    "replace_requirements": clients("skills:write"),
    "list_scales": users("skills:read"),
    "create_scale": clients("skills:write"),
    "get_scale": users("skills:read"),
    "list_skills": users("skills:read"),
    "create_skill": clients("skills:write"),
    "upsert_skill": clients("skills:write"),
    "delete_skill": clients("skills:write"),
    "get_skill": users("skills:read"),
    "change_skill": clients("skills:write"),
    "list_relations": users("skills:read"),
    "replace_relations": clients("skills:write"),
}
