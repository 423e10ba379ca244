"""A group of commands: suggests the nearest one, and names what is missing, in the reader's language."""

from typing import Any

import typer
from typer.core import TyperGroup

from minidialer.cli.errors import UsageError
from minidialer.domain.nearest import nearest
from minidialer.i18n import N_

# Typer's own words, which it translates by gettext when it shows them.
TYPER_WORDS = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
)


class Group(TyperGroup):
    """Commands of one noun."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command, or UsageError with the nearest one."""
        if args and args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        if args and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            near = nearest(args[0], known)
            if near is not None:
                raise UsageError("There is no command “{name}”: did you mean “{near}”?", name=args[0], near=near)
            raise UsageError("There is no command “{name}”: use one of {known}.", name=args[0], known=", ".join(known))
        return super().resolve_command(ctx, args)


def new_group(help_text: str, *, lists_alone: bool = True) -> typer.Typer:
    """A noun's commands. `lists_alone`: the noun alone is a command too (it lists)."""
    return typer.Typer(
        cls=Group,
        help=help_text,
        invoke_without_command=lists_alone,
        no_args_is_help=not lists_alone,
        rich_markup_mode=None,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
