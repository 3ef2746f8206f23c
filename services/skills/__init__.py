"""The skills service: what the organisation knows about skills and about who has them."""
