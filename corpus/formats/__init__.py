"""File readers: one module per family of formats; `registry` lists them all."""
