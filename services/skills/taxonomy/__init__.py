"""Frameworks, scales, skills and how skills relate to one another."""
