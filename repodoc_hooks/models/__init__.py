"""Prose from models: prompts, one request answered, what may leave the machine."""
