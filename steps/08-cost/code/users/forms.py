from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from mewgram.fields import TextField

from .models import User


class SignUpForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name")
        field_classes = {"display_name": TextField}
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "display_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
        }
        help_texts = {
            "email": "To log in with. Nobody else gets to see it.",
            "display_name": "What the other cats call you.",
        }

    def save(self):
        """The new user; IntegrityError when the address was taken since the form was checked."""
        data = self.cleaned_data
        return User.objects.create_user(data["email"], data["password1"], display_name=data["display_name"])
