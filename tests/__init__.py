"""Tests of repodoc-hooks; they need no network, no account and nothing of the user's own settings."""
