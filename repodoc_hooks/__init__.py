"""repodoc-hooks: git keeps a repository's documentation current."""

__version__ = "0.1.0"
CONFIG_NAME = ".repodoc.yaml"
