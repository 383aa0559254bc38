"""repodoc-hooks: git keeps a repository's documentation current."""

__version__ = "0.1.0"
CONFIG_NAME = ".repodoc.yaml"
CONFIG_BYTES = 128 * 1024
"""A longer file of settings is refused: parsing takes about ten seconds a megabyte."""
BACKEND_NAMES = ("opencode", "claude", "offline")
"""Who may write prose. They stand here because options name them, and those are read before any setting."""
PROJECT_URL = "https://github.com/repodoc-hooks/repodoc-hooks"
"""Where people read about the project. Never a place to install from: that is where this installation came from."""
