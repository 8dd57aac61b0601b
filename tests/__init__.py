"""The house's own tests: a package, so that nothing that is installed under this name stands in its place."""
