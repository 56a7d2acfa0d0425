from index.settings import Settings, SettingsError, read_settings  # noqa: F401  (moving; import index.settings)
