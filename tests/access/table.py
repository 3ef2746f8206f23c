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
    "accept_offered_seat": users("enrollments:write", about="enrollment"),
    "answer_dispute": users("ratings:write", about="rating"),
    "answer_follow_up": users("enrollments:write", about="follow_up"),
    "answer_requests": users("enrollments:write"),
    "approve_enrollment": users("enrollments:write", about="enrollment"),
    "approve_plan": users("enrollments:write", about="plan"),
    "cancel_plan": users("enrollments:write", about="plan"),
    "change_assessment_cycle": clients("ratings:write"),
    "change_client": clients("clients:write"),
    "change_deputy": users("people:write", about="person"),
    "change_exemption": users("ratings:write", about="person"),
    "change_framework": clients("skills:write"),
    "change_offering": clients("enrollments:write"),
    "change_org_unit": clients("people:write"),
    "change_person": clients("people:write"),
    "change_plan": users("enrollments:write", about="plan"),
    "change_processing_settings": clients("admin"),
    "change_program": clients("programs:write"),
    "change_role": clients("skills:write"),
    "change_skill": clients("skills:write"),
    "change_suspension": users("ratings:write", about="person"),
    "check_liveness": PUBLIC,
    "check_readiness": PUBLIC,
    "choose_expert_finder": users("people:write", about="person"),
    "close_assessment_cycle": clients("ratings:write"),
    "compare_assessment_cycles": users("people:read", "reports:read"),
    "complete_enrollment": users("enrollments:write", about="enrollment"),
    "complete_plan": users("enrollments:write", about="plan"),
    "create_assessment_cycle": clients("ratings:write"),
    "create_client": clients("clients:write"),
    "create_deputy": users("people:write", about="person"),
    "create_exemption": users("ratings:write", about="person"),
    "create_framework": clients("skills:write"),
    "create_key": clients("clients:write"),
    "create_offering": clients("enrollments:write"),
    "create_org_unit": clients("people:write"),
    "create_person": clients("people:write"),
    "create_plan": users("enrollments:write"),
    "create_program": clients("programs:write"),
    "create_rating_policy": clients("ratings:write"),
    "create_role": clients("skills:write"),
    "create_scale": clients("skills:write"),
    "create_skill": clients("skills:write"),
    "create_suspension": users("ratings:write", about="person"),
    "create_token": PUBLIC,
    "decline_enrollment": users("enrollments:write", about="enrollment"),
    "delete_assessment_cycle": clients("ratings:write"),
    "delete_deputy": users("people:write", about="person"),
    "delete_exemption": users("ratings:write", about="person"),
    "delete_framework": clients("skills:write"),
    "delete_org_unit": clients("people:write"),
    "delete_person": clients("people:write"),
    "delete_plan": users("enrollments:write", about="plan"),
    "delete_program": clients("programs:write"),
    "delete_role": clients("skills:write"),
    "delete_skill": clients("skills:write"),
    "delete_suspension": users("ratings:write", about="person"),
    "dispute_rating": users("ratings:write", about="rating"),
    "extract_skills": users("skills:read"),
    "fail_enrollment": users("enrollments:write", about="enrollment"),
    "get_approval_policy": users("enrollments:read"),
    "get_aspirations": users("people:read", about="person"),
    "get_assessment_cycle": users("people:read", "ratings:write"),
    "get_client": clients("clients:write"),
    "get_credential": users("enrollments:read", about="credential"),
    "get_deputy": users("people:read", about="person"),
    "get_did_document": PUBLIC,
    "get_enrollment": users("enrollments:read", about="enrollment"),
    "get_enrollment_timeline": users("enrollments:read", about="enrollment"),
    "get_exemption": users("people:read", about="person"),
    "get_follow_up": users("enrollments:read", about="follow_up"),
    "get_framework": users("skills:read"),
    "get_gap_heatmap": users("people:read", "reports:read"),
    "get_gap_trend": users("people:read", "reports:read"),
    "get_import": clients("people:write", "ratings:write", "skills:write"),
    "get_leader_scorecard": users("enrollments:read", about="leader"),
    "get_moves": users("skills:read"),
    "get_offering": users("enrollments:read"),
    "get_org_unit": users("people:read"),
    "get_person": users("people:read", about="person"),
    "get_plan": users("enrollments:read", about="plan"),
    "get_processing_settings": users("people:read", "skills:read"),
    "get_program": users("programs:read"),
    "get_progress": clients("ratings:write"),
    "get_rating": users("people:read", about="rating"),
    "get_rating_policy": users("skills:read"),
    "get_requirements": users("skills:read"),
    "get_role": users("skills:read"),
    "get_scale": users("skills:read"),
    "get_skill": users("skills:read"),
    "get_skills_of_person": users("people:read", about="person"),
    "get_suspension": users("people:read", about="person"),
    "list_adjacent_roles": users("skills:read"),
    "list_approvals": users("enrollments:read"),
    "list_assessment_cycles": users("people:read", "ratings:write"),
    "list_clients": clients("clients:write"),
    "list_credentials": users("enrollments:read"),
    "list_deputies": users("people:read", about="person"),
    "list_enrollments": users("enrollments:read"),
    "list_exemptions": users("people:read", about="person"),
    "list_follow_ups": users("enrollments:read"),
    "list_frameworks": users("skills:read"),
    "list_gaps_by_group": users("people:read", "reports:read"),
    "list_import_errors": clients("people:write", "ratings:write", "skills:write"),
    "list_import_plan": clients("people:write", "ratings:write", "skills:write"),
    "list_imports": clients("people:write", "ratings:write", "skills:write"),
    "list_invitations": users("people:read", "ratings:write"),
    "list_offerings": users("enrollments:read"),
    "list_org_units": users("people:read"),
    "list_pathways": users("people:read", about="person"),
    "list_people": users("people:read"),
    "list_person_gaps": users("people:read", about="person"),
    "list_plans": users("enrollments:read"),
    "list_program_offerings": users("enrollments:read"),
    "list_programs": users("programs:read"),
    "list_rating_policies": users("skills:read"),
    "list_ratings": users("people:read"),
    "list_relations": users("skills:read"),
    "list_roles": users("skills:read"),
    "list_scales": users("skills:read"),
    "list_skills": users("skills:read"),
    "list_suspensions": users("people:read", about="person"),
    "mark_no_show": users("enrollments:write", about="enrollment"),
    "read_journey": users("people:read", about="person"),
    "read_me": Row(anybody=True),
    "read_metadata": PUBLIC,
    "read_metrics": PUBLIC,
    "recommend_programs": users("programs:read"),
    "record_ratings": users("ratings:write"),
    "remind_assessors": clients("ratings:write"),
    "reopen_plan": users("enrollments:write", about="plan"),
    "replace_approval_policy": clients("admin"),
    "replace_aspirations": users("people:write", about="person"),
    "replace_moves": clients("skills:write"),
    "replace_relations": clients("skills:write"),
    "replace_requirements": clients("skills:write"),
    "report_participation": clients("enrollments:write"),
    "request_enrollment": users("enrollments:write"),
    "request_import": clients("people:write", "ratings:write", "skills:write"),
    "return_plan": users("enrollments:write", about="plan"),
    "revoke_client": clients("clients:write"),
    "revoke_completion": users("enrollments:write", about="enrollment"),
    "revoke_credential": clients("enrollments:write"),
    "revoke_key": clients("clients:write"),
    "revoke_rating": users("ratings:write", about="rating"),
    "search_skills": users("skills:read"),
    "start_enrollment": users("enrollments:write", about="enrollment"),
    "submit_plan": users("enrollments:write", about="plan"),
    "upsert_framework": clients("skills:write"),
    "upsert_org_unit": clients("people:write"),
    "upsert_person": clients("people:write"),
    "upsert_program": clients("programs:write"),
    "upsert_role": clients("skills:write"),
    "upsert_skill": clients("skills:write"),
    "withdraw_enrollment": users("enrollments:write", about="enrollment"),
}
