from django.db import migrations, models

PALETTE = ["#3b5bdb", "#f08c00", "#2f9e44", "#c2255c"]


def paint(apps, schema_editor):
    Choice = apps.get_model("polls", "Choice")
    for n, choice in enumerate(Choice.objects.order_by("pk")):
        Choice.objects.filter(pk=choice.pk).update(colour=PALETTE[n % len(PALETTE)])


class Migration(migrations.Migration):
    dependencies = [("polls", "0002_first_poll")]
    operations = [
        # A default in the database, so that 1.0 can go on writing while 1.1 is rolled out.
        migrations.AddField("choice", "colour", models.CharField(max_length=20, blank=True, default="", db_default="")),
        migrations.RunPython(paint, migrations.RunPython.noop),
    ]
