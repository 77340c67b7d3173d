from django.contrib import admin
from django.urls import path

from polls import views

urlpatterns = [path("", views.front), path("healthz", views.healthz),
               path("polls/<int:pk>/vote", views.vote, name="vote"), path("admin/", admin.site.urls)]
