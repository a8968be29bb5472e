"""What is said of a text that is no identifier."""


class MalformedIdentifierError(ValueError):
    """Says what is wrong with a value without repeating it: the text may be personal data."""
