"""Checks of everything the dialer needs, with what to do about each that fails. Works with the daemon down."""
