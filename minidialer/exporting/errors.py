"""What goes wrong with a file that is written."""

from minidialer.domain.sentence import RefusedError


class ExportError(RefusedError):
    """The file cannot be written, or not so."""
