"""Kept sums of everybody's gaps, worked out anew in the smallest scope that changed."""
