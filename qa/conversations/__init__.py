"""Conversations kept: history, export, answers in the background, uploads."""
