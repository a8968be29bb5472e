"""The one error of the local stack: a sentence for the person at the keyboard."""


class LocalStackError(Exception):
    """Something a person has to act on. The message names what is wrong and the way out."""


class NotReadyError(Exception):
    """A readiness check was answered with "not yet"; the caller asks again until its time is over."""
