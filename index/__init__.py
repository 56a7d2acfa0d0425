"""Passages to a searchable store."""
