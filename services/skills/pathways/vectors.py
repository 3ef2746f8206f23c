"""Rows of weights that are compared by the cosine of the angle between them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

# scipy publishes no types; these are scipy.sparse.csr_array of float64.
Sparse = Any


def by_rarity(cells: Mapping[tuple[int, int], float], shape: tuple[int, int], raters: int) -> Sparse:
    """Rows of weights times the inverse document frequency of their columns, ln((1 + n) / n with it)."""
    if not cells:
        return sparse.csr_array(shape)
    rows, columns = np.array(list(cells), dtype=np.int64).T
    values = np.fromiter(cells.values(), dtype=np.float64)
    found = np.bincount(columns[values > 0], minlength=shape[1])
    rarity = np.log((1 + raters) / np.maximum(found, 1))
    return sparse.csr_array((values * rarity[columns], (rows, columns)), shape=shape)


def unit_rows(matrix: Sparse) -> Sparse:
    """Rows of length 1, so that the product of two is their cosine; empty ones stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return (sparse.diags_array(1 / lengths) @ matrix).tocsr()
