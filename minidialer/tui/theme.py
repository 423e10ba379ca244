"""Colours: calm ones of our own, dark and light. Textual's other themes can be chosen as well."""

from textual.theme import Theme

DARK = Theme(
    name="minidialer-dark",
    primary="#4f86c6",
    secondary="#6d8fb3",
    accent="#8ab4f8",
    foreground="#d4d7dd",
    background="#14171c",
    surface="#1a1e25",
    panel="#222832",
    success="#7fbf7f",
    warning="#d9a441",
    error="#e06c6c",
    dark=True,
    variables={
        "block-cursor-background": "#2f4a6b",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "input-cursor-background": "#8ab4f8",
        "input-selection-background": "#2f4a6b",
        "border": "#3a4352",
        "scrollbar": "#3a4352",
        "scrollbar-background": "#14171c",
        "scrollbar-corner-color": "#14171c",
        "scrollbar-background-hover": "#14171c",
        "scrollbar-background-active": "#14171c",
    },
)
LIGHT = Theme(
    name="minidialer-light",
    primary="#2b5f9e",
    secondary="#50708f",
    accent="#1a56a0",
    foreground="#20242b",
    background="#fafafa",
    surface="#f2f3f5",
    panel="#e4e7ec",
    success="#2e7d32",
    warning="#9a6700",
    error="#b3261e",
    dark=False,
    variables={
        "block-cursor-background": "#cfe0f5",
        "block-cursor-foreground": "#0d1117",
        "block-cursor-text-style": "none",
        "border": "#c3c9d2",
        "scrollbar": "#c3c9d2",
        "scrollbar-background": "#fafafa",
    },
)
THEMES = (DARK, LIGHT)
