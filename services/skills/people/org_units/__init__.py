"""Org units: the tree that people are in."""
