"""The year, act by act. Each act is what some people do between two moves of the clock."""
