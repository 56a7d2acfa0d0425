"""For maintainers: fitting, training, measuring. Imported by nothing else."""
