"""The long-running process: named tasks, signals, an ordered stop."""
