from django.db import migrations, models


def complete_users(apps, schema_editor):
    """Who signed up before addresses were claimed holds theirs too, and has a place in the list of cats."""
    claims = apps.get_model("users", "EmailClaim").objects
    for user in apps.get_model("users", "User").objects.all():
        claims.get_or_create(key=f"email:{user.email}", defaults={"user_id": user.pk})
        user.listing = f"{user.display_name.casefold()} {user.pk.hex}"
        user.save(update_fields=["listing"])


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0002_staff'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmailClaim',
            fields=[
                ('key', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('user_id', models.UUIDField()),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='listing',
            field=models.CharField(default='', editable=False, max_length=200),
        ),
        migrations.RunPython(complete_users, migrations.RunPython.noop),
    ]
