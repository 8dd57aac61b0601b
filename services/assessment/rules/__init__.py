"""The regulation on assessments, public notices and consequences. Pure: one file per noun."""
