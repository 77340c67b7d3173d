from django.contrib import admin

from .models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["said", "author", "text"]
    search_fields = ["author", "text"]
    ordering = ["-pk"]
