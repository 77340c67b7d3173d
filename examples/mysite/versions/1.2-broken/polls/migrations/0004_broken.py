from django.db import migrations


def fail(apps, schema_editor):
    raise RuntimeError("mysite 1.2-broken: this migration fails on purpose")


class Migration(migrations.Migration):
    dependencies = [("polls", "0003_choice_colour")]
    operations = [migrations.RunPython(fail, migrations.RunPython.noop)]
