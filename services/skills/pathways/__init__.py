"""Roles beside a role, and ways from one to another."""
