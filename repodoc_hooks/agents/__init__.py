"""Coding agents as authors: whether one is at hand, what is owed to it as tasks, and its answers on their pages."""
