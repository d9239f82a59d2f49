import uuid

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import IntegrityError, models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from strict_datastore import retry_on_contention

from mewgram.validators import one_line

from . import avatars

EMAIL_TAKEN = "That e-mail address already has an account."
FORMER_CAT = "a former cat"
STAFF_PERMISSIONS = {"purr.view_purr", "purr.delete_purr", "users.view_user"}


class EmailClaimManager(models.Manager):
    def take(self, user):
        """Hold the user's address, inside the transaction that saves the user; IntegrityError if taken."""
        key = self.model.key_for(user.email)
        claim, _created = self.get_or_create(key=key, defaults={"user_id": user.pk})
        if claim.user_id != user.pk:
            raise IntegrityError(EMAIL_TAKEN)

    def free(self, user):
        """Let go of the user's address, inside the transaction that saves the user."""
        self.filter(key=self.model.key_for(user.email), user_id=user.pk).delete()


class EmailClaim(models.Model):
    """
    Who holds an e-mail address.

    The address is the key, and of two inserts with one key the database refuses the second: that makes
    addresses unique without a query, which would make sign-ups with different addresses wait for each other.
    """

    key = models.CharField(primary_key=True, max_length=300)
    user_id = models.UUIDField()

    objects = EmailClaimManager()

    def __str__(self):
        return self.key

    @staticmethod
    def key_for(email):
        # The prefix, because a key on Datastore may not begin with two underscores and an address may.
        return f"email:{email}"


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """A new user who holds the address; IntegrityError when another one does."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        return self._insert(user)

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    # Again, if need be, with the same key: so the user is there once, even if an answer got lost.
    @retry_on_contention(idempotent=True)
    def _insert(self, user):
        EmailClaim.objects.take(user)
        user.save()
        return user

    @retry_on_contention(idempotent=True)
    def deactivate(self, user):
        """Forget who the user was and free the address; its purrs stay. Whether it was done."""
        user = self.unchanged(user).first()
        if not user:
            return False
        EmailClaim.objects.free(user)
        user.email = f"{user.pk}@former.invalid"
        user.display_name = FORMER_CAT
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()
        return True

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())

    def active(self):
        return self.filter(is_active=True)

    def unchanged(self, user):
        """
        The user, if the account is open and has the password that it had when the user was read.

        A request reads its user first and writes last. Where somebody closed the account meanwhile, or changed the
        password, the visitor is not logged in any more, and what they have sent is not done.
        """
        return self.active().filter(pk=user.pk, password=user.password)

    def rename(self, user, name):
        """Store another name, and nothing else of the user: whether it was done."""
        user.display_name = name
        return self.unchanged(user).update(display_name=name, listing=user.draw_listing())

    def change_password(self, user, password):
        """Store another password, and nothing else of the user: whether it was done."""
        unchanged = self.unchanged(user)
        user.set_password(password)
        return unchanged.update(password=user.password)


class User(AbstractBaseUser):
    """A cat, who logs in by e-mail. No groups: Datastore cannot read a many-to-many field."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address")
    display_name = models.CharField(max_length=50, validators=[one_line])
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now, editable=False)
    # The name and the id in one text: it orders the list of cats and says where a page of it begins.
    listing = models.CharField(max_length=200, default="", editable=False)

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
        return self.name

    def clean(self):
        self.email = self.email.lower()

    def save(self, *, update_fields=None, **kwargs):
        self.listing = self.draw_listing()
        if update_fields and "display_name" in update_fields:
            update_fields = [*update_fields, "listing"]
        super().save(update_fields=update_fields, **kwargs)

    def draw_listing(self):
        return f"{self.display_name.casefold()} {self.pk.hex}"

    def check_password(self, password):
        """As Django's, but where it makes the hash anew, the password must not have changed meanwhile."""
        is_current = True

        def upgrade(password):
            nonlocal is_current
            before = self.password
            self.set_password(password)
            is_current = User.objects.filter(pk=self.pk, password=before).update(password=self.password)

        return check_password(password, self.password, upgrade) and bool(is_current)

    def get_absolute_url(self):
        return reverse("profile", args=[self.pk])

    @property
    def name(self):
        return self.display_name if self.is_active else FORMER_CAT

    @cached_property
    def avatar_url(self):
        return reverse("avatar", args=[self.pk, avatars.sign(self.pk)])

    def has_perm(self, permission, obj=None):
        """Superusers may do everything, staff may look after the purrs."""
        return self.is_active and (self.is_superuser or (self.is_staff and permission in STAFF_PERMISSIONS))

    def has_module_perms(self, app_label):
        return self.is_active and (self.is_superuser or (self.is_staff and app_label in {"purr", "users"}))


class Attempt(models.Model):
    """A log-in that failed, or a sign-up: the key begins with a hash of when and by whom. See throttle.py."""

    key = models.CharField(primary_key=True, max_length=100)
    # Datastore deletes it some time after, by a TTL policy on this field.
    expires = models.DateTimeField()

    def __str__(self):
        return self.key
