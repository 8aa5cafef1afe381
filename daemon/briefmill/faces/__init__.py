"""The doors: each drops briefs and asks the desk, none starts a job by itself."""
