"""Settings: `load_settings` reads them, `Settings` holds them."""

from .loading import CONFIG_VARIABLE, SettingsError, load_settings
from .model import Settings, WebSettings

__all__ = ["CONFIG_VARIABLE", "Settings", "SettingsError", "WebSettings", "load_settings"]
