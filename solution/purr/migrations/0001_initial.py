import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import mewgram.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Purr",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "text",
                    models.CharField(blank=True, max_length=140, validators=[mewgram.validators.plain_text]),
                ),
                ("posted", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("position", models.CharField(editable=False, max_length=50)),
                ("thread_position", models.CharField(editable=False, max_length=50, null=True)),
                ("deleted", models.BooleanField(default=False, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="replies",
                        to="purr.purr",
                    ),
                ),
            ],
        ),
    ]
