"""Publishes finished folders into outbox and rejected: whole or not at all, never over something else."""
