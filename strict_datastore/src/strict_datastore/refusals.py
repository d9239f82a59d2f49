"""What Datastore cannot answer is refused, in one voice: what, of which model, why, and what to write instead."""

from django.db import NotSupportedError

__all__ = ["Refused"]


class Refused(NotSupportedError):
    """A construct that Datastore cannot serve, or that would be answered wrongly.

    construct: what was asked for, such as "order_by('author__name')"; model: the label of the model, or None;
    reason: why Datastore cannot; instead: what to write.
    """

    def __init__(self, construct, model, reason, instead):
        self.construct = construct
        self.model = getattr(getattr(model, "_meta", None), "label", model)
        self.reason = reason
        self.instead = instead
        of_model = f" on {self.model}" if self.model else ""
        super().__init__(f"{construct}{of_model}: {reason} Instead: {instead}")
