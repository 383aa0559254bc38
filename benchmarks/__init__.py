"""Every figure that the project claims, measured as ratios inside one run: `python -m benchmarks`."""
