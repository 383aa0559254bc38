"""repodoc-hooks: git keeps a repository's documentation current."""

__version__ = "0.1.0"
CONFIG_NAME = ".repodoc.yaml"
PROJECT_URL = "https://github.com/repodoc-hooks/repodoc-hooks"
"""Where people read about the project. Never a place to install from: that is where this installation came from."""
