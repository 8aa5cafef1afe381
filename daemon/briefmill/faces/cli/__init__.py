"""The `briefmill` command."""
