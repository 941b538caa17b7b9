from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_sampling")]

    operations = [
        migrations.AddField(
            model_name="sampledhome",
            name="not_rated",
            field=models.CharField(blank=True, max_length=100, verbose_name="没有问到满意度的原因"),
        ),
    ]
