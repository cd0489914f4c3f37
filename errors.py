"""The errors of Tawjih, one small tree.

    TawjihError                 anything we raise ourselves
    ├── SettingsError           the deployment is not set up right; names the setting; do not retry
    ├── DataError               a file or row cannot be used; names file and line; do not retry
    ├── BadInput                what a client sent cannot be used; becomes a 4xx; do not retry
    ├── NotThere                no such conversation for this account of the desk; becomes a 404
    ├── NotYours                an account may see it and not act on it; becomes a 403
    ├── Taken                   a colleague was quicker; becomes a 409
    ├── Done                    a form came a second time; what it asks for stands; not a failure
    ├── FileRefused             a file is not taken; .reason says why; do not retry
    ├── LinkBroken              a link code was used in this very moment; the message is tried anew
    ├── PartBroken              another process answers, but not as agreed; do not retry for long
    ├── PartUnavailable         another process (dialogue, actions, database) is away; retry later
    │   ├── PartTimeout         it took too long; retry later
    │   └── TooMany             we take no more from there now; becomes a 429; retry later
    └── DeliveryError           a message was not handed to a channel's platform
        ├── TryLater            not now; retry, after so many seconds if the platform said
        ├── Refused             the platform never takes this message; the reason is kept
        └── Gone                the person has blocked us; nothing more is sent to them

Each class says whether trying again can help (`retry`) and which reply key a person may read
(`reply`); texts of exceptions are for logs and operators, never for the chat.
"""


class TawjihError(Exception):
    """Root of the tree."""

    retry = False
    reply = "our_fault"


class SettingsError(TawjihError):
    """The deployment is not set up right. The text names the setting."""


class DataError(TawjihError):
    """A file or a row cannot be used. The text names the file and the line."""


class BadInput(TawjihError):  # noqa: N818 - it names what is wrong, as its siblings do
    """What a client sent cannot be used."""


class NotThere(TawjihError):  # noqa: N818
    """There is no such thing, or none that this account of the desk may see."""


class NotYours(TawjihError):  # noqa: N818
    """This account of the desk may see it, and not act on it."""


class Taken(TawjihError):  # noqa: N818
    """Somebody else was quicker.

    Args:
        account_id: who has it now; None when nobody has.
    """

    def __init__(self, account_id: str | None) -> None:
        super().__init__("somebody else was quicker")
        self.account_id = account_id


class Done(TawjihError):  # noqa: N818
    """What is asked for has been done: the same form came before."""


class FileRefused(TawjihError):  # noqa: N818
    """A file is not taken.

    Args:
        reason: one word, such as "active": its sentence is the reply `file_<reason>`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkBroken(TawjihError):  # noqa: N818
    """A link code was used in the moment in which it was to be used here."""

    retry = True


class PartBroken(TawjihError):  # noqa: N818
    """Another part of the house answers, but not as agreed. A few tries, then an apology."""


class PartUnavailable(TawjihError):  # noqa: N818
    """Another part of the house does not answer."""

    retry = True


class PartTimeout(PartUnavailable):
    """Another part of the house took too long."""


class TooMany(PartUnavailable):
    """More comes from one address or channel than we take.

    Args:
        reason: what is too much.
        after: seconds after which to try again.
    """

    def __init__(self, reason: str, after: float) -> None:
        super().__init__(reason)
        self.after = after


class DeliveryError(TawjihError):
    """A message was not handed to a channel's platform. The text says why, without the message."""


class TryLater(DeliveryError):  # noqa: N818
    """The platform does not take it now.

    Args:
        reason: why, for the operator.
        after: seconds that the platform asked us to wait; None if it did not say.
    """

    retry = True

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Refused(DeliveryError):  # noqa: N818
    """The platform will never take this message."""


class Gone(DeliveryError):  # noqa: N818
    """The person has blocked us, or their account is no more."""
