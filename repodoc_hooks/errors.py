"""Every failure that a user may see, as one exception tree.

RepodocError                 exit 2
├── UsageError               a flag or argument is wrong
├── ConfigError              .repodoc.yaml is unreadable or wrong
├── RepositoryError          no repository, bare, or no work tree
├── GitError                 git itself failed
├── PageDamaged              markers in a page do not pair up
├── BackendError             a model could not answer (its kinds: repodoc_hooks.sections.failures)
└── BudgetExceeded           exit 3: a limit of tokens or money was reached
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_STALE = 1
EXIT_ERROR = 2
EXIT_BUDGET = 3
EXIT_INTERRUPTED = 130
EXIT_REFUSED = 79
"""Of a hook alone: the configuration asks it to stop git. Shims let git go on after every other code."""


class RepodocError(Exception):
    """A failure reported in one line: what happened, where, and what to do about it."""

    exit_code = EXIT_ERROR

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}; {self.fix}" if self.fix else line


class UsageError(RepodocError):
    """A flag or an argument is wrong."""


class ConfigError(RepodocError):
    """The configuration is unreadable, has an unknown key or a value of the wrong type."""


class RepositoryError(RepodocError):
    """There is no repository here, or not one that can hold pages."""


class GitError(RepodocError):
    """git ended with an error that nobody expected."""


class PageDamaged(RepodocError):
    """The markers of a page do not pair up; the page is left as it is."""


class BackendError(RepodocError):
    """A model backend could not give a usable answer."""


class BudgetExceeded(RepodocError):
    """A limit of tokens or money was reached; what was finished is kept."""

    exit_code = EXIT_BUDGET
