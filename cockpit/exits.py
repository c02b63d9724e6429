"""How a command ends when it cannot do what it was asked: one line for the person, and the exit code."""


class TellError(Exception):
    """Something the person at the terminal has to know; its text is the whole line. Exit code 1."""

    exit_code = 1


class WrongUseError(TellError):
    """The command was used wrongly. Exit code 2."""

    exit_code = 2
