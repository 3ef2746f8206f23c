"""Exemptions from requirements, and suspensions of skills: each for a time and for a reason."""
