"""Arrays of numbers."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]
Complex = npt.NDArray[np.complex128]


MOST = 1e9  # of whatever is counted; no campaign comes near it


def numbers(stored: object, count: int, least: float = 0.0, most: float = MOST) -> Floats:
    """So many numbers out of JSON, within these bounds. Raises ValueError when they are anything else."""
    array = np.array(stored, dtype=np.float64)
    if array.shape != (count,) or not ((array >= least) & (array <= most)).all():
        raise ValueError(f"There should be {count} numbers from {least:g} to {most:g}.")
    return array


def whole_number(stored: object, least: int = 0, most: int = int(MOST)) -> int:
    """A whole number out of JSON, within these bounds. Raises ValueError when it is anything else."""
    if not isinstance(stored, int) or not least <= stored <= most:
        raise ValueError(f"There should be a whole number from {least} to {most}.")
    return stored
