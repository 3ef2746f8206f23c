"""Scales: ordered, described levels."""
