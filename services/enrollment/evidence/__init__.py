"""Carries what was learned to the skills service, and back out when a completion is revoked."""
