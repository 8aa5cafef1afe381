"""The truth about jobs: tables, claims, the audit chain, and a twin in memory."""
