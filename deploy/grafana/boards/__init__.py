"""The dashboards as code: `python -m boards` in this folder writes `dashboards/*.json`, `make dashboards` does it.

Nothing here is part of Briefmill: an administrator needs the JSON alone, and a developer grafana-foundation-sdk.
"""
