"""Readers of Office Open XML: DOCX, XLSX, PPTX."""
