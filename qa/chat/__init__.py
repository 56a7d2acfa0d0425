"""Answers written by a chat model, grounded in passages."""
