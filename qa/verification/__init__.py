"""Is a statement borne out by what it cites?"""
