"""`minidialer doctor`."""

import typer

from minidialer.cli.output import AsJson, write_json
from minidialer.cli.session import settings
from minidialer.i18n import _, say


def doctor(as_json: AsJson = False) -> None:
    """Check everything the dialer needs, and say what to do."""
    import asyncio

    from minidialer.daemon.doctor.examine import examine

    checks = asyncio.run(examine(settings()))
    if as_json:
        write_json(
            [
                {
                    "check": check.name,
                    "result": check.result.value,
                    "detail": str(check.detail),
                    "advice": str(check.advice) if check.advice is not None else None,
                }
                for check in checks
            ]
        )
    else:
        for check in checks:
            typer.echo(f"{_(check.result.label):<7} {_(check.title)}: {say(check.detail)}")
            if check.advice is not None:
                typer.echo(f"        {say(check.advice)}")
    if any(check.failed for check in checks):
        raise typer.Exit(1)
