from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0003_email_claim'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('key', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('expires', models.DateTimeField()),
            ],
        ),
    ]
