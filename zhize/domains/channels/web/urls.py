"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.channels.web import calls, intake, lines, mail, register, submissions, visitors

app_name = "channels"

urlpatterns = [
    path("intake/", intake.Intake.as_view(), name="intake"),
    path("intake/lookup/", intake.lookup, name="lookup"),
    path("intake/chosen/", intake.chosen, name="chosen"),
    path("intake/type/", intake.type_fields, name="type_fields"),
    path("intake/preview/", intake.preview, name="preview"),
    path("submissions/", submissions.ToVerify.as_view(), name="to_verify"),
    path("calls/", calls.CallList.as_view(), name="calls"),
    path("calls/new/", calls.Register.as_view(), name="call_new"),
    path("calls/ringing/", calls.ringing, name="ringing"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/answer/", calls.answer, name="answer"),
    path("calls/<int:pk>/transfer/", calls.PassOn.as_view(), name="call_transfer"),
    path("calls/<int:pk>/finish/", calls.Finish.as_view(), name="call_finish"),
    path("calls/<int:pk>/follow-up/", calls.FollowUp.as_view(), name="call_follow_up"),
    path("calls/<int:pk>/identify/", calls.Identify.as_view(), name="call_identify"),
    path("calls/<int:pk>/demand/", calls.Demand.as_view(), name="call_demand"),
    path("calls/<int:pk>/check/", calls.Check.as_view(), name="call_check"),
    path("visitors/", visitors.VisitorList.as_view(), name="visitors"),
    path("visitors/new/", visitors.Receive.as_view(), name="visitor_new"),
    path("visitors/next/", visitors.call_next, name="visitor_next"),
    path("visitors/<int:pk>/", visitors.visitor, name="visitor"),
    path("visitors/<int:pk>/call/", visitors.call_one, name="visitor_call"),
    path("visitors/<int:pk>/send/", visitors.Send.as_view(), name="visitor_send"),
    path("visitors/<int:pk>/serve/", visitors.Serve.as_view(), name="visitor_serve"),
    path("visitors/<int:pk>/left/", visitors.left, name="visitor_left"),
    path("work-register/", register.WorkList.as_view(), name="work"),
    path("work-register/new/", register.RecordWork.as_view(), name="work_new"),
    path("work-register/<int:pk>/", register.work_entry, name="work_entry"),
    path("work-register/<int:pk>/close/", register.CloseWork.as_view(), name="work_close"),
    path("work-register/<int:pk>/inform/", register.InformWork.as_view(), name="work_inform"),
    path("relays/", register.RelayList.as_view(), name="relays"),
    path("relays/new/", register.SendRelay.as_view(), name="relay_new"),
    path("relays/<int:pk>/", register.relay, name="relay"),
    path("relays/<int:pk>/read/", register.read_relay, name="relay_read"),
    path("relays/<int:pk>/handle/", register.HandleRelay.as_view(), name="relay_handle"),
    path("mail/", mail.MailList.as_view(), name="mail"),
    path("mail/<int:pk>/", mail.mail_item, name="mail_item"),
    path("mail/<int:pk>/release/", mail.Release.as_view(), name="mail_release"),
    path("mail/<int:pk>/discard/", mail.Discard.as_view(), name="mail_discard"),
    path("correspondence/", mail.DocumentList.as_view(), name="documents"),
    path("correspondence/new/", mail.RecordDocument.as_view(), name="document_new"),
    path("correspondence/<int:pk>/", mail.document, name="document"),
    path("correspondence/<int:pk>/case/", mail.PutToCase.as_view(), name="document_case"),
    path("channels/", lines.LineList.as_view(), name="lines"),
    path("channels/new/", lines.OpenLine.as_view(), name="line_new"),
    path("channels/<int:pk>/", lines.line, name="line"),
    path("channels/<int:pk>/change/", lines.ChangeLine.as_view(), name="line_change"),
    path("channels/<int:pk>/pause/", lines.PauseLine.as_view(), name="line_pause"),
    path("channels/<int:pk>/resume/", lines.resume, name="line_resume"),
    path("channels/<int:pk>/secret/", lines.renew_secret, name="line_secret"),
]
