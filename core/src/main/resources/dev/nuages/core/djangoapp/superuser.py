"""Makes a superuser if there is none of this name. Runs in the application's own image as `python -c`."""

import os
import sys

sys.path.insert(0, os.getcwd())
import django

django.setup()
from django.contrib.auth import get_user_model

User = get_user_model()
name = os.environ["DJANGO_SUPERUSER_USERNAME"]
if User._default_manager.filter(**{User.USERNAME_FIELD: name}).exists():
    print(f"There is a user {name} already.")
else:
    fields = {User.USERNAME_FIELD: name, "password": os.environ["DJANGO_SUPERUSER_PASSWORD"]}
    email = os.environ.get("DJANGO_SUPERUSER_EMAIL")
    if email and User.get_email_field_name() != User.USERNAME_FIELD:
        fields[User.get_email_field_name()] = email
    # As createsuperuser --noinput does.
    for field in User.REQUIRED_FIELDS:
        value = os.environ.get(f"DJANGO_SUPERUSER_{field.upper()}")
        if value:
            fields[field] = User._meta.get_field(field).clean(value, None)
    User._default_manager.create_superuser(**fields)
    print(f"Made superuser {name}.")
