import mewgram.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purr', '0003_position'),
    ]

    operations = [
        migrations.AddField(
            model_name='purr',
            name='deleted',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='purr',
            name='text',
            field=models.CharField(blank=True, max_length=140, validators=[mewgram.validators.plain_text]),
        ),
    ]
