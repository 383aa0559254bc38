"""What `repodoc init` writes: configuration, hooks of frameworks, CI recipes."""
