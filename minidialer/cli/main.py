"""The entry point: language first, then the command, then its errors as one sentence and an exit code."""

import gettext
import os
import sys
from pathlib import Path
from typing import Any, cast

from minidialer import i18n
from minidialer.cli import errors
from minidialer.domain.allowed import allowed
from minidialer.domain.sentence import RefusedError, Sentence, sentence

_NO_NUMBERS = ("nan", "inf", "infinity")  # refused for a bound, which would be no help
_GLOBAL_OPTIONS = ("--config", "--lang")


def main() -> None:
    """`minidialer`, as installed."""
    sys.exit(run(sys.argv[1:]))


def run(typed: list[str]) -> int:
    """Run one command; gives the exit code."""
    try:
        arguments, given = _hoisted(typed)
        _speak(given)
        code = _command(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has enough (`| head`). What is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.CLOSED_PIPE
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except RefusedError as error:
        return _refused(error)
    except BaseExceptionGroup as group:
        refusal, others = group.split(RefusedError)
        if refusal is None or others is not None:
            raise
        return _refused(_first(refusal))
    return code


def _command(arguments: list[str]) -> int:
    import typer
    from typer.main import get_command

    from minidialer.cli.output import narrate
    from minidialer.cli.root import app

    click_error = typer.BadParameter.__mro__[2]  # ClickException, wherever this version of typer keeps it
    try:
        code = get_command(app).main(args=arguments, prog_name="minidialer", standalone_mode=False)
    except typer.Abort:
        return errors.INTERRUPTED
    except Exception as error:
        if not isinstance(error, click_error):
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            narrate(cast("Any", error).format_message())  # the help of a noun that is no command by itself
        else:
            narrate(i18n.say(_usage(error, arguments)))
        return errors.USAGE
    return code if isinstance(code, int) else 0


def _hoisted(typed: list[str]) -> tuple[list[str], dict[str, str]]:
    """Options of every command may stand anywhere: they are moved to the front."""
    front: list[str] = []
    rest: list[str] = []
    given: dict[str, str] = {}
    left = iter(typed)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
            break
        name, equals, value = argument.partition("=")
        if name not in _GLOBAL_OPTIONS:
            rest.append(argument)
            continue
        if not equals:
            value = next(left, "")
            if not value:
                raise errors.UsageError("{option} needs a value.", option=name)
        given[name] = value
        front += [name, value]
    return front + rest, given


def _speak(given: dict[str, str]) -> None:
    asked = given.get("--lang")
    if asked is not None and asked not in i18n.LANGUAGES:
        raise errors.UsageError(
            "--lang {language}: use one of {known}.", language=asked, known=", ".join(i18n.LANGUAGES)
        )
    config = Path(given["--config"]) if "--config" in given else None
    language = i18n.choose_language(asked, i18n.language_setting(config))
    i18n.set_language(language)
    # Typer's own words (“Options”, “required”) come from gettext's default domain: ours, in the same language.
    gettext.bindtextdomain("minidialer", i18n.LOCALE)
    gettext.textdomain("minidialer")
    os.environ["LANGUAGE"] = language


def _refused(error: RefusedError) -> int:
    from minidialer.cli.output import narrate  # not at the top: its texts are read in the language set by then

    narrate(i18n.say(error.sentence))
    from minidialer.settings import SettingsError

    return errors.USAGE if isinstance(error, SettingsError | errors.UsageError) else errors.REFUSED


def _first(group: BaseExceptionGroup[RefusedError]) -> RefusedError:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


def _usage(error: Any, arguments: list[str]) -> Sentence:
    """What was typed wrong, in our words."""
    command = error.ctx.command_path if getattr(error, "ctx", None) is not None else "minidialer"
    if type(error).__name__ == "BadOptionUsage":
        if any(argument.startswith(f"{error.option_name}=") for argument in arguments):
            return sentence("{option} takes no value.", option=error.option_name)
        return sentence("{option} needs a value.", option=error.option_name)
    if getattr(error, "option_name", None):
        if getattr(error, "possibilities", None):
            return sentence(
                "There is no option {option}: did you mean {near}?",
                option=error.option_name,
                near=sorted(error.possibilities)[0],
            )
        return sentence(
            "There is no option {option}: `{command} --help` lists them.", option=error.option_name, command=command
        )
    param = getattr(error, "param", None)
    if type(error).__name__ == "MissingParameter" and param is not None:
        return sentence(
            "{name} is missing: see `{command} --help`.", name=param.get_error_hint().strip("'"), command=command
        )
    if param is not None:
        return _refused_value(param.get_error_hint().strip("'"), error)
    return sentence("{problem} See `{command} --help`.", problem=error.format_message(), command=command)


def _refused_value(name: str, error: Any) -> Sentence:
    """Typer checks values with pydantic, whose list of errors is the cause of its own."""
    found: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not found:
        return sentence("{name}: {problem}", name=name, problem=error.message)
    kind, context = found[0]["type"], found[0].get("ctx", {})
    _, one_of, choices = error.message.rpartition(" is not one of ")
    if one_of:
        kind, context = "literal_error", {"expected": choices.rstrip(".")}
    if "_than" in kind and str(found[0]["input"]).strip().lstrip("+-").lower() in _NO_NUMBERS:
        kind, context = "finite_number", {}
    return sentence(
        "{key} = {value}: it {allowed}.",
        key=name,
        value=found[0]["input"],
        allowed=allowed(kind, context, error.message),
    )
