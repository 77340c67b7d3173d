from django.db import models


class Message(models.Model):
    """What was said in the chat, so that those who come later, or to another pod, can read it."""

    author = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    said = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.author}: {self.text}"
