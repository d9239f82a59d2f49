from django import forms


class TextField(forms.CharField):
    """Text that is counted as people count it, whatever the browser makes of it."""

    def to_python(self, value):
        # A browser sends a line break as two characters; it counts as one.
        return super().to_python(value).replace("\r\n", "\n")

    def widget_attrs(self, widget):
        # Of an emoji the browser would count two characters or more, so only the server counts.
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs
