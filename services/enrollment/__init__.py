"""The enrollment service: who takes part, and what came of it."""
