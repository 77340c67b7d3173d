from django.contrib import admin
from django.urls import path

from jobs import views as jobs
from polls import views as polls

from . import views

admin.site.site_title = admin.site.site_header = "mysite"
admin.site.index_title = "What mysite knows"

urlpatterns = [
    path("", views.front, name="front"),
    path("panels/", views.panels, name="panels"),
    path("healthz", views.healthz),
    path("polls/<int:pk>/vote", polls.vote, name="vote"),
    path("tasks/", jobs.enqueue, name="tasks"),
    path("counts/", jobs.counts, name="counts"),
    path("admin/", admin.site.urls),
]
