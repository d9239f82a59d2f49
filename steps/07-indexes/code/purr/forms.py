from django import forms

from mewgram.fields import TextField

from .models import Purr


class PurrForm(forms.ModelForm):
    text = TextField(
        max_length=140,
        label="Your purr",
        widget=forms.Textarea({"rows": 3, "placeholder": "What makes you purr?"}),
        help_text="Up to 140 characters.",
    )

    class Meta:
        model = Purr
        fields = ("text",)
