"""From the request to the evidence, through the API: who may do what, and what each move leaves behind."""

from tests.services.enrollment.shop import Shop


async def test_the_loop_from_the_request_to_the_pending_evidence(shop: Shop) -> None:
    offering = await shop.offering()
    requested = await shop.request(shop.mia, offering)
    assert requested["status"] == "requested"
    assert requested["allowed"] == ["approve", "decline", "withdraw"]
    assert requested["approver_ids"] == [str(shop.lea)]
    assert requested["evidence"] is None
    assert await shop.seats(offering) == (0, 0)

    approved = await shop.act(requested, "approve", shop.lea, reason="Agreed in our talk")
    assert approved["status"] == "enrolled"
    assert await shop.seats(offering) == (1, 0)

    completed = await shop.act(approved, "complete", shop.lea, completed_at=None, results=None, reason="24 hours done")
    assert completed["status"] == "completed"
    assert completed["evidence"] == {"status": "pending", "rating_ids": []}
    assert completed["results"] == [{"skill_id": str(shop.marketing), "from_level": 1, "level": 3}]
    assert completed["allowed"] == ["revoke"]
    assert await shop.seats(offering) == (0, 0)

    moves = [(line["action"], line["to_status"], line["actor"]["kind"]) for line in await shop.timeline(requested)]
    assert moves == [
        ("request", "requested", "client"),
        ("approve", "approved", "person"),
        ("enroll", "enrolled", "house"),
        ("complete", "completed", "person"),
    ]
    approval = (await shop.timeline(requested))[1]
    assert approval["actor"] == {"kind": "person", "person_id": str(shop.lea), "client_id": "administrator"}
    assert approval["reason"] == "Agreed in our talk"
    assert await shop.told() == ["requested", "approved", "enrolled", "completed"]
