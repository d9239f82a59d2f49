from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm

from mewgram.fields import TextField

from .models import User
from .throttle import Attempts


class SignUpForm(BaseUserCreationForm):
    def __init__(self, *args, attempts, **kwargs):
        super().__init__(*args, **kwargs)
        self.attempts = attempts

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

    def clean_email(self):
        # Here, because an address with an error is not looked for: nobody learns by trial which are taken.
        self.attempts.check()
        return self.cleaned_data["email"]

    def save(self):
        """The new user; IntegrityError when the address was taken since the form was checked."""
        data = self.cleaned_data
        return User.objects.create_user(data["email"], data["password1"], display_name=data["display_name"])


class ThrottledLogIn:
    """For a form to log in: whoever failed too often is not even compared with the password."""

    def clean(self):
        attempts = Attempts("log in", self.request, self.cleaned_data.get("username"))
        attempts.check()
        try:
            return super().clean()
        except forms.ValidationError:
            attempts.add()
            raise


class AdminLogInForm(ThrottledLogIn, AdminAuthenticationForm):
    pass


class LogInForm(ThrottledLogIn, AuthenticationForm):
    # Django's own field takes a text of any length, which Datastore does not even look for.
    username = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput({"autocomplete": "username", "autofocus": True})
    )


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("display_name",)
        field_classes = {"display_name": TextField}

    def save(self):
        """Whether the name was stored: see `UserManager.unchanged`."""
        return User.objects.rename(self.instance, self.cleaned_data["display_name"])
