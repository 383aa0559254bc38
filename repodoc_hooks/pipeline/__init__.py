"""The steps of a run, from a snapshot to pages: survey, plan, sections, write, record."""
