"""Arrays of numbers."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]
Complex = npt.NDArray[np.complex128]


def numbers(stored: object, count: int) -> Floats:
    """So many finite numbers out of JSON. Raises ValueError when they are anything else."""
    array = np.array(stored, dtype=np.float64)
    if array.shape != (count,) or not np.isfinite(array).all():
        raise ValueError(f"There should be {count} numbers.")
    return array
