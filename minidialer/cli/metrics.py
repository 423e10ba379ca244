"""`minidialer metrics`."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from minidialer.cli.output import AsJson, write_model
from minidialer.cli.session import call
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import _


def metrics(
    file: Annotated[
        Path | None,
        typer.Option(help=_("Put this file in place whole, for node_exporter's textfile collector.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Metrics for Prometheus, as text."""
    from minidialer.control.models.base import Nothing
    from minidialer.control.models.system import METRICS

    found = call(METRICS, Nothing())
    if as_json:
        write_model(found)
    elif file is None:
        sys.stdout.write(found.text)
    else:
        _replace(file, found.text)


def _replace(file: Path, text: str) -> None:
    """A collector never sees half of it."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
            made.write(text)
        Path(made.name).chmod(0o644)  # whoever collects is somebody else
        Path(made.name).replace(file)
    except OSError as error:
        raise RefusedError("{file} cannot be written: {problem}.", file=str(file), problem=error.strerror) from None
