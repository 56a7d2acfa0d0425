"""Readers of OpenDocument: ODT, ODS, ODP."""
