"""Facts as metrics, logs and health; what systemd is told."""
