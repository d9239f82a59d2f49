import uuid

from django import forms

from mewgram.fields import TextField

from .models import Purr


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
