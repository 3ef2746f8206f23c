"""The programs service: what the organisation offers to learn."""
