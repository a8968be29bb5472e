"""The chapters of the story. Each asks the stubs for its figures, tells them, and says which of them hold."""
