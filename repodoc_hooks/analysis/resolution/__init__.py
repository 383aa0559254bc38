"""Import resolution, one small module per family of languages; `repodoc_hooks.analysis.imports` is its door."""
