from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purr', '0002_thread'),
    ]

    operations = [
        migrations.AddField(
            model_name='purr',
            name='position',
            field=models.CharField(default='', editable=False, max_length=50),
        ),
        migrations.AddField(
            model_name='purr',
            name='thread_position',
            field=models.CharField(editable=False, max_length=50, null=True),
        ),
    ]
