"""Gaps of groups of people: by org unit, role, manager and skill, as a heatmap, over time."""
