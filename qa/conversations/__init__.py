"""Conversations: history, export, answers in the background, uploads."""
