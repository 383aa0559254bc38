"""The terminal's window on runs, pages, sessions, queue and money."""
