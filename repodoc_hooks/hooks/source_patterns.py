"""What pages are made from, by name: source files, pages, READMEs, manifests, our own configuration.

The shims of pre-commit and post-merge hold the same list.
"""

from __future__ import annotations

PATTERNS = (
    *("*.c", "*.c++", "*.cc", "*.cjs", "*.cpp", "*.cs", "*.cts", "*.cxx", "*.go", "*.h", "*.h++", "*.hh"),
    *("*.hpp", "*.hxx", "*.inl", "*.ipp", "*.java", "*.js", "*.jsx", "*.kt", "*.kts", "*.mjs", "*.mts"),
    *("*.php", "*.py", "*.pyi", "*.pyw", "*.rb", "*.rs", "*.tpp", "*.ts", "*.tsx", "*.md", "README*"),
    *("*.json", "*.mod", "*.toml", "*.work", ".repodoc.yaml"),
)
"""Pathspecs for git, to be matched whatever the case of letters."""
