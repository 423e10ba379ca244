"""The supervisor's terminal: screens over the control socket. They know `control/`, `exporting/`, `i18n`, no more.

How to add a screen
1. `screens/<noun>.py`: a subclass of `page.Page` (or `form_page.FormPage`) with NAME, ABOUT (both N_), BINDINGS with
   N_ descriptions, `body()` that yields widgets, and `async load()` that asks `await self.call(METHOD, params)` and
   shows the answer. It runs when the page is shown, when the daemon is back, every EVERY seconds, and on ctrl+r.
2. Live figures: LIVE = True and `on_snapshot(snapshot)`, at most four times a second; `watched` names one campaign.
3. An action that asks the daemon or the person is `@doing async def action_x(self)`: refusals become notices by
   themselves, `await self.confirm(...)`, `ask`, `choose`, `choose_many` ask. Actions that change something are named
   in CHANGES: they vanish where nothing may be changed.
4. Rows go into `widgets.table.Table`: columns say what they show of a row, `show(rows)` as often as one likes. `empty`
   says what to press when there is nothing, and why; keys stand between backticks.
5. Forms are made of models by `widgets.fields.fields_of`, edited by FormPage: checked as typed, saved together.
6. A screen with a key of its own gets a line in `places.py`; others are opened by `self.supervisor.open(ThePage(...))`.
7. Nothing is drawn as markup, and what came from outside goes through `text.plain` (tables, dialogs and notices do so).
8. Texts are wrapped by `_` where they are shown, by `N_` where they are class attributes: the language is chosen late.
9. Show it at 80x24 first; CSS classes -wide (110 columns) and -tall (34 lines) of the page say when there is more.
10. Tests: `tests/tui/test_<noun>_page.py`, with a picture in both languages and sizes, and every key pressed once.
"""
