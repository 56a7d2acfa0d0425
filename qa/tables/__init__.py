"""Answers from the cells of tables: looked up, filtered, computed."""
