from django.core.management import call_command
from django.core.management.base import BaseCommand

from users.models import User


class Command(BaseCommand):
    help = (
        "Create a superuser as `createsuperuser --noinput` does, from the variables DJANGO_SUPERUSER_EMAIL, "
        "..._DISPLAY_NAME and ..._PASSWORD; but only if there is none yet, so that each deployment can run it."
    )

    def handle(self, **options):
        if User.objects.filter(is_superuser=True).exists():
            self.stdout.write("There is an admin already.")
        else:
            call_command("createsuperuser", interactive=False, stdout=self.stdout)
