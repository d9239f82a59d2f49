import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purr', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='purr',
            name='thread',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='purr.purr'),
        ),
    ]
