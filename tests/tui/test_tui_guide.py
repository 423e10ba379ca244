"""The user's guide names no key and no text that the screens do not have, in either language."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from textual.binding import Binding

from minidialer import i18n
from minidialer.tui.app import SupervisorApp
from minidialer.tui.form_page import FormPage
from minidialer.tui.page import Page
from minidialer.tui.places import page_class
from minidialer.tui.widgets.bars import key_name
from minidialer.tui.widgets.table import Table

ROOT = Path(__file__).parents[2]
LANGUAGES = pytest.mark.parametrize("lang", ["en", "pl"])
EVERYWHERE = (SupervisorApp, Page, FormPage, Table)
KEYS_OF = re.compile(r"<!-- keys: (.*) -->")  # stands in the guide before what is said of these screens
NO_KEY = re.compile(r".*[a-z].*[ =/\]].*", re.DOTALL)  # commands, addresses, settings
LABEL = re.compile(r"(?<![*\w])\*([^*]+)\*(?!\*)")


def guide(lang: str) -> str:
    return (ROOT / "docs" / f"guide.{lang}.md").read_text(encoding="utf-8")


def keys_of(classes: Iterable[object]) -> set[str]:
    """The keys these bind, they themselves or their bases, by the names they have on the screen."""
    bindings = [
        binding
        for one in classes
        for base in getattr(one, "__mro__", ())
        for binding in base.__dict__.get("BINDINGS", ())
        if isinstance(binding, Binding)
    ]
    return {key_name(key) for binding in bindings for key in binding.key.split(",")}


def keys_of_agents_page() -> set[str]:
    """Those that the table of docs/agent.md lists."""
    table = (ROOT / "docs/agent.md").read_text(encoding="utf-8").partition("## Keys\n")[2].partition("\n\n")[0]
    return set(re.findall(r"`([^`]+)`", table))


@LANGUAGES
def test_every_key_is_one_of_the_screens_it_is_named_for(lang: str) -> None:
    i18n.set_language(lang)
    _before, *parts = KEYS_OF.split(guide(lang))
    found, unknown = 0, []
    for screens, said in zip(parts[::2], parts[1::2], strict=True):
        known = keys_of_agents_page()
        if screens != "agent":
            known = keys_of(EVERYWHERE) | keys_of(page_class(name) for name in screens.split())
        named = {token for token in re.findall(r"`([^`]+)`", said) if not NO_KEY.fullmatch(token)}
        found += len(named)
        unknown += [f"{screens}: {key}" for key in sorted(named - known)]
    assert unknown == []
    assert found > 50


@LANGUAGES
def test_every_text_it_quotes_stands_on_a_screen(lang: str) -> None:
    with (ROOT / "minidialer/locale/pl/LC_MESSAGES/minidialer.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts = {message.id if lang == "en" else message.string for message in messages}
    quoted = {" ".join(label.split()) for label in LABEL.findall(guide(lang))}
    assert len(quoted) > 20
    assert quoted - texts == set()


@LANGUAGES
def test_its_pictures_of_screens_and_pages_it_leads_to_are_there(lang: str) -> None:
    targets = re.findall(r"\]\(([\w./-]+\.(?:svg|md))\)", guide(lang))
    assert len(targets) > 5
    assert [name for name in targets if not (ROOT / "docs" / name).is_file()] == []


def test_both_say_the_same_in_the_same_order() -> None:
    marks = [
        [
            re.sub(r"-(en|pl)\.", ".", mark)
            for mark in re.findall(r"<!-- .* -->|\]\(pictures/[^)]+\)|^#+", guide(lang), re.M)
        ]
        for lang in ("en", "pl")
    ]
    assert marks[0] == marks[1]
