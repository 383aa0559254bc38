"""What a page consists of: the kinds of section, the task of writing one and its result, the failures."""
