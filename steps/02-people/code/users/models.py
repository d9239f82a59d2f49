import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from mewgram.validators import one_line

EMAIL_TAKEN = "That e-mail address already has an account."


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """A cat, who logs in by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address")
    display_name = models.CharField(max_length=50, validators=[one_line])
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("display_name",)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["email"],
                name="one_user_an_email",
                violation_error_code="unique",
                violation_error_message=EMAIL_TAKEN,
            ),
        )

    def __str__(self):
        return self.display_name

    def clean(self):
        self.email = self.email.lower()
