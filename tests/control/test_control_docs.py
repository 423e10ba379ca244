"""docs/control.md and docs/cli.md name every method, setting and command. Run this file to write the tables anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from minidialer.control.models.campaign_settings import CampaignSettingsModel, settings_to_model
from minidialer.control.protocol import METHODS
from minidialer.domain.campaign import CampaignSettings

DOCS = Path(__file__).parents[2] / "docs"


def methods() -> Iterator[str]:
    yield "| method | parameters | what it does |"
    yield "|---|---|---|"
    for method in METHODS.values():
        names = ", ".join(
            f"`{name}`" if field.is_required() else f"`{name}`?" for name, field in method.params.model_fields.items()
        )
        yield f"| `{method.name}`{' ◦' if method.reads else ''} | {names} | {method.summary} |"


def campaign_settings() -> Iterator[str]:
    defaults = settings_to_model(CampaignSettings(), "").model_dump(mode="json")
    yield "| setting | default | limits | meaning |"
    yield "|---|---|---|---|"
    for name, field in CampaignSettingsModel.model_fields.items():
        yield f"| `{name}` | {_default(defaults[name])} | {_limits(field)} | {field.description} |"


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if value != "" else "empty"


def _limits(field: FieldInfo) -> str:
    low = next((item.ge for item in field.metadata if hasattr(item, "ge")), None)
    high = next((item.le for item in field.metadata if hasattr(item, "le")), None)
    return f"{low} to {high}" if low is not None else ""


TABLES = [("control.md", "methods", methods), ("cli.md", "settings", campaign_settings)]


def with_table(text: str, name: str, lines: Iterator[str]) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(begin)
    _old, after = rest.split(end)
    return before + begin + "\n".join(lines) + "\n" + end + after


@pytest.mark.parametrize(("file", "name", "table"), TABLES)
def test_the_tables_are_those_of_the_code(file: str, name: str, table: object) -> None:
    assert callable(table)
    text = (DOCS / file).read_text(encoding="utf-8")
    assert text == with_table(text, name, table())


def test_every_command_is_described() -> None:
    from typer.main import get_command

    from minidialer.cli.root import app

    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    root = get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # a group has commands
        assert f"`{name}" in text, name
        for sub in getattr(command, "commands", {}):
            assert f"`{name} {sub}" in text, f"{name} {sub}"


if __name__ == "__main__":
    for file_name, table_name, make in TABLES:
        document = DOCS / file_name
        document.write_text(with_table(document.read_text(encoding="utf-8"), table_name, make()), encoding="utf-8")
