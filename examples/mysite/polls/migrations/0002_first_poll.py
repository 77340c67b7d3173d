from django.db import migrations


def seed(apps, schema_editor):
    question = apps.get_model("polls", "Question").objects.create(text="Which cloud do you like best?")
    for text in ["Cumulus", "Cirrus", "Stratus"]:
        question.choice_set.create(text=text)


class Migration(migrations.Migration):
    dependencies = [("polls", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
