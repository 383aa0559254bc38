"""The kinds of section: who makes them, when, on which page."""

from __future__ import annotations

LOCAL_SECTIONS = ("structure", "dependencies", "api")
MODEL_SECTIONS = ("summary",)
DEEP_SECTIONS = ("design", "walkthrough")
COMPONENT_SECTIONS = ("summary", "structure", "dependencies", "api", "design", "walkthrough")
INDEX_SECTIONS = ("overview", "architecture", "components")
OUTPUT_SECTIONS = {"llms.txt": "llms", "AGENTS.md": "agents"}
PROSE_SECTIONS = ("summary", "overview", "design", "walkthrough")
