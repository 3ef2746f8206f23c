"""Badges in the form of Open Badges 3.0, given on completion, verifiable offline."""
