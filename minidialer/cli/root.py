"""All commands. Modules of commands import nothing heavy: that happens in the command that needs it."""

from pathlib import Path
from typing import Annotated

import typer

from minidialer import __version__
from minidialer.cli import agents, campaigns, dispositions, imports, leads, lists, stats
from minidialer.cli.audit import audit
from minidialer.cli.backup import backup, restore
from minidialer.cli.chaos import HELP as CHAOS
from minidialer.cli.chaos import chaos
from minidialer.cli.demo import demo
from minidialer.cli.doctor import doctor
from minidialer.cli.group import new_group
from minidialer.cli.import_file import import_file
from minidialer.cli.metrics import metrics
from minidialer.cli.pacing import pacing
from minidialer.cli.run_daemon import daemon
from minidialer.cli.session import use_config
from minidialer.cli.simulate import HELP as SIMULATE
from minidialer.cli.simulate import simulate
from minidialer.cli.status import status
from minidialer.cli.tui import tui
from minidialer.cli.watch import watch
from minidialer.i18n import LANGUAGES, _

app = new_group(_("miniDIALER: an outbound dialer on Asterisk."), lists_alone=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"miniDIALER {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None, typer.Option("--config", help=_("Configuration file."), envvar="MINIDIALER_CONFIG")
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="|".join(LANGUAGES), help=_("Language of the messages."))
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Print the version."))
    ] = False,
) -> None:
    """Options of every command; they may stand anywhere."""
    del lang, version  # the language is set before the first help text is read; see `main`
    use_config(config)


app.command("daemon", help=_("Run the dialer in the foreground until SIGTERM or Ctrl-C."))(daemon)
app.command("status", help=_("The link, campaigns, agents and calls at a glance."))(status)
app.command("tui", help=_("Open the supervisor's terminal."))(tui)
app.command("watch", help=_("Show live what happens."))(watch)
app.command("audit", help=_("Who changed what and when, the newest first."))(audit)
app.command("doctor", help=_("Check everything the dialer needs, and say what to do."))(doctor)
app.command("backup", help=_("Copy the store to a file while the daemon dials, and look through the copy."))(backup)
app.command("restore", help=_("Put a backup in the store's place; the daemon must be stopped."))(restore)
app.command("import", help=_("Import files of numbers into a list."))(import_file)
app.command("demo", help=_("Run the main job with robots on a real Asterisk."))(demo)
app.command("chaos", help=_(CHAOS))(chaos)
app.command("pacing", help=_("A campaign's abandon budget, what its pacing learned, and why it calls so many."))(pacing)
app.command("metrics", help=_("Metrics for Prometheus, as text."))(metrics)
app.command("simulate", help=_(SIMULATE))(simulate)
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(agents.app, name="agents")
app.add_typer(lists.app, name="lists")
app.add_typer(leads.app, name="leads")
app.add_typer(dispositions.app, name="dispositions")
app.add_typer(imports.app, name="imports")
app.add_typer(stats.app, name="stats")
