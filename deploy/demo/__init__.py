"""Fern & Field, a retailer of the project's own invention that moves from shops to e-commerce."""
