"""Addresses of administration (`admin:…`)."""

from __future__ import annotations

from django.urls import path

from zhize.desk.admin.web import (
    audit,
    calendars,
    logins,
    messages,
    position,
    rules,
    running,
    sheets,
    webhooks,
)

app_name = "admin"
LOGIN = "admin/logins/<int:pk>/"
CALENDAR = "admin/calendars/<int:pk>/"

urlpatterns = [
    path("positions/<int:pk>/", position.detail, name="position"),
    path("positions/<int:pk>/sheet/", sheets.sheet, name="sheet"),
    path("positions/<int:pk>/sheet.pdf", sheets.pdf, name="sheet_pdf"),
    path("positions/<int:pk>/compare/", sheets.compare, name="compare"),
    path("admin/logins/", logins.LoginList.as_view(), name="logins"),
    path("admin/logins/new/", logins.NewLogin.as_view(), name="new_login"),
    path("admin/logins/tokens/<int:pk>/revoke/", logins.revoke_token, name="revoke_token"),
    path(LOGIN, logins.detail, name="login"),
    path(f"{LOGIN}edit/", logins.EditLogin.as_view(), name="edit_login"),
    path(f"{LOGIN}code/", logins.reset_code, name="reset_code"),
    path(f"{LOGIN}active/", logins.set_active, name="set_active"),
    path(f"{LOGIN}sessions/end/", logins.end_sessions, name="end_sessions"),
    path("admin/calendars/", calendars.index, name="calendars"),
    path("admin/calendars/new/", calendars.NewCalendar.as_view(), name="new_calendar"),
    path("admin/calendars/load/", calendars.LoadYear.as_view(), name="load_year"),
    path(CALENDAR, calendars.year, name="calendar"),
    path(f"{CALENDAR}hours/", calendars.ChangeHours.as_view(), name="calendar_hours"),
    path(f"{CALENDAR}days/<str:day>/", calendars.EditDay.as_view(), name="calendar_day"),
    path("admin/case-types/", rules.case_types, name="case_types"),
    path("admin/case-types/<str:code>/", rules.case_type, name="case_type"),
    path("admin/deadlines/", rules.deadlines, name="deadlines"),
    path("admin/settings/<str:section>/<str:code>/<str:point>/", rules.Override.as_view(), name="override"),
    path("admin/packs/", rules.releases, name="packs"),
    path("admin/messages/", messages.index, name="texts"),
    path("admin/messages/<str:code>/", messages.EditText.as_view(), name="text"),
    path("admin/messages/<str:code>/preview/", messages.preview, name="preview"),
    path("admin/messages/<str:code>/revert/", messages.revert, name="revert_text"),
    path("admin/deliveries/", running.DeliveryList.as_view(), name="deliveries"),
    path("admin/deliveries/addresses/", running.addresses, name="addresses"),
    path("admin/deliveries/addresses/<int:pk>/clear/", running.clear_address, name="clear_address"),
    path("admin/deliveries/<int:pk>/", running.delivery, name="delivery"),
    path("admin/deliveries/<int:pk>/retry/", running.retry_delivery, name="retry_delivery"),
    path("admin/jobs/", running.JobList.as_view(), name="jobs"),
    path("admin/jobs/<int:pk>/", running.job, name="job"),
    path("admin/jobs/<int:pk>/retry/", running.retry_job, name="retry_job"),
    path("admin/jobs/<int:pk>/cancel/", running.cancel_job, name="cancel_job"),
    path("admin/reactions/", running.reactions, name="reactions"),
    path("admin/reactions/retry/", running.retry_reactions, name="retry_reactions"),
    path("admin/reactions/<int:pk>/retry/", running.retry_reaction, name="retry_reaction"),
    path("admin/webhooks/", webhooks.EndpointList.as_view(), name="webhooks"),
    path("admin/webhooks/new/", webhooks.NewEndpoint.as_view(), name="new_webhook"),
    path("admin/webhooks/deliveries/", webhooks.DeliveryList.as_view(), name="webhook_deliveries"),
    path("admin/webhooks/deliveries/<int:pk>/", webhooks.delivery, name="webhook_delivery"),
    path("admin/webhooks/deliveries/<int:pk>/redeliver/", webhooks.redeliver, name="webhook_redeliver"),
    path("admin/webhooks/<int:pk>/", webhooks.endpoint, name="webhook"),
    path("admin/webhooks/<int:pk>/edit/", webhooks.EditEndpoint.as_view(), name="edit_webhook"),
    path("admin/webhooks/<int:pk>/secret/", webhooks.renew_secret, name="webhook_secret"),
    path("admin/audit/", audit.AuditList.as_view(), name="audit"),
    path("admin/audit/chain/", audit.chain, name="chain"),
    path("admin/audit/<int:pk>/", audit.entry, name="entry"),
    path("admin/why/", audit.why, name="why"),
]
