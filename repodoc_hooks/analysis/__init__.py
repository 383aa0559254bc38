"""What source files say: symbols, imports, fingerprints, components."""

PARSER_VERSION = "3"
"""Raised whenever hashes or facts of an unchanged file would come out otherwise than before."""
