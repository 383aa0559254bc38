"""What stands in a repository: for status, doctor and costs."""
