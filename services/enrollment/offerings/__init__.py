"""Runs of programs: their dates, their window and their seats."""
