import uuid

from django import forms

from .models import Purr


class TextField(forms.CharField):
    def to_python(self, value):
        # Browsers send a line break as two characters; it counts as one.
        return super().to_python(value).replace("\r\n", "\n")


class PurrForm(forms.ModelForm):
    """
    The purr's key is drawn with the form and comes back with it.

    So a form that is sent twice, by a double click or because the answer got lost, makes one purr.
    """

    # A browser that goes back to the form shall not fill in the key of a purr that is posted already.
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput({"autocomplete": "off"}))
    text = TextField(
        max_length=140,
        label="Your purr",
        widget=forms.Textarea({"rows": 3, "placeholder": "What makes you purr?"}),
        help_text="Up to 140 characters.",
    )

    class Meta:
        model = Purr
        fields = ("text",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The browser would count an emoji as two or more characters, so only the server counts.
        del self.fields["text"].widget.attrs["maxlength"]

    def save(self, author, thread=None):
        """Post the purr; IntegrityError when the key belongs to another one."""
        purr = self.instance
        purr.id = self.cleaned_data["key"]
        purr.author = author
        purr.thread = thread
        Purr.objects.post(purr)
        return purr

    def draw_new_key(self):
        self.data = {**self.data.dict(), "key": uuid.uuid4()}
