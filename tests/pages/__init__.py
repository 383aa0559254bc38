"""Tests of pages: stamps, markers, rendering, Mermaid."""
