"""Which files are source, by name. Written from the records of the languages, to be imported fast.

`python -m repodoc_hooks.analysis.languages.listing` renews it.
"""

from __future__ import annotations

LANGUAGE_BY_SUFFIX = {
    "c": "c",
    "c++": "cpp",
    "cc": "cpp",
    "cjs": "javascript",
    "cpp": "cpp",
    "cs": "csharp",
    "cts": "typescript",
    "cxx": "cpp",
    "go": "go",
    "h": "c",
    "h++": "cpp",
    "hh": "cpp",
    "hpp": "cpp",
    "hxx": "cpp",
    "inl": "cpp",
    "ipp": "cpp",
    "java": "java",
    "js": "javascript",
    "jsx": "javascript",
    "kt": "kotlin",
    "kts": "kotlin",
    "mjs": "javascript",
    "mts": "typescript",
    "php": "php",
    "py": "python",
    "pyi": "python",
    "pyw": "python",
    "rb": "ruby",
    "rs": "rust",
    "sc": "scala",
    "scala": "scala",
    "swift": "swift",
    "tpp": "cpp",
    "ts": "typescript",
    "tsx": "tsx",
}
MODULE_BY_LANGUAGE = {
    "c": "c",
    "cpp": "c",
    "csharp": "csharp",
    "go": "go",
    "java": "java",
    "javascript": "javascript",
    "kotlin": "kotlin",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "rust": "rust",
    "scala": "scala",
    "swift": "swift",
    "tsx": "javascript",
    "typescript": "javascript",
}
FAMILY_BY_LANGUAGE = {
    "csharp": "csharp",
    "java": "jvm",
    "javascript": "javascript",
    "kotlin": "jvm",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "rust": "rust",
    "scala": "jvm",
    "tsx": "javascript",
    "typescript": "javascript",
}
"""Of the languages whose files stand in one build and use each other."""
GENERATED = (
    ".bundle.js",
    ".designer.cs",
    ".g.cs",
    ".min.js",
    ".pb.go",
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
)
"""Ends of the names, in lower case, of source files that a program wrote."""
MANIFESTS = (
    "*.gemspec",
    "*.json",
    "*.mod",
    "*.toml",
    "*.work",
    "*CMakeLists.txt",
    "*Makefile",
    "*Makefile.am",
    "*meson.build",
    "*setup.cfg",
)
"""Pathspecs of the other files that decide what imports mean and what packages are called."""
