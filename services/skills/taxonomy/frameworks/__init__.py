"""Frameworks: bodies of skills with one publisher and one scale."""
