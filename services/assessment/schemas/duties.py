"""What someone owes, by when."""

from shared.http.shapes import TodoList, TodoOut

__all__ = ["TodoList", "TodoOut"]
