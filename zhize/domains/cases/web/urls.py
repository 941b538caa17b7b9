"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import path

from zhize.domains.cases.models import PaperKind
from zhize.domains.cases.web import acts, cooperation, delays, detail, lists

app_name = "cases"
CASE = "cases/<str:number>/"
SHEET = "worksheets/<str:number>/"

urlpatterns = [
    path("cases/", lists.CaseList.as_view(), name="list"),
    path("cases/fire/", cooperation.ReportFire.as_view(), name="fire"),
    path("cases/id/<int:pk>/", detail.case_by_id, name="by_id"),
    path("worksheets/id/<int:pk>/", detail.worksheet_by_id, name="worksheet_by_id"),
    path(CASE, detail.case_detail, name="detail"),
    path(f"{CASE}verbs/verify/", acts.Verify.as_view(), name="verify"),
    path(f"{CASE}verbs/<str:verb>/", acts.MoveCase.as_view(), name="move"),
    path(f"{CASE}assign/", acts.Assign.as_view(), name="assign"),
    path(f"{CASE}take/", detail.take, name="take"),
    path(f"{CASE}redispatch/", detail.redispatch, name="redispatch"),
    path(f"{CASE}reply/", detail.reply, name="reply"),
    path(f"{CASE}incoming/", acts.Incoming.as_view(), name="incoming"),
    path(f"{CASE}inform/", acts.Inform.as_view(), name="inform"),
    path(f"{CASE}urge/", acts.Urge.as_view(), name="urge"),
    path(f"{CASE}consult/", acts.Consult.as_view(), name="consult"),
    path(f"{CASE}audit/", acts.Audit.as_view(), name="audit"),
    path(f"{CASE}promise/", acts.MakePromise.as_view(), name="promise"),
    path(f"{CASE}promises/<int:pk>/keep/", detail.keep_promise, name="keep_promise"),
    path(f"{CASE}major/", acts.MakeMajor.as_view(), name="major"),
    path(f"{CASE}propose/", acts.Propose.as_view(), name="propose"),
    path(f"{CASE}decide/", acts.Decide.as_view(), name="decide"),
    path(f"{CASE}edit/", acts.Edit.as_view(), name="edit"),
    path(f"{CASE}tags/", acts.Tags.as_view(), name="tags"),
    path(f"{CASE}merge/", acts.Merge.as_view(), name="merge"),
    path(f"{CASE}others/", detail.others, name="others"),
    path(f"{CASE}mergeable/", detail.others, {"mergeable": True}, name="mergeable"),
    path(f"{CASE}link/", acts.Link.as_view(), name="link"),
    path(f"{CASE}parent/", acts.PutUnder.as_view(), name="parent"),
    path(f"{CASE}split/", acts.Split.as_view(), name="split"),
    path(f"{CASE}transfer/", acts.PassOn.as_view(), name="transfer"),
    path(f"{CASE}notice/", acts.WritePaper.as_view(kind=PaperKind.NOTICE), name="notice_new"),
    path(
        f"{CASE}investigation/",
        acts.WritePaper.as_view(kind=PaperKind.INVESTIGATION),
        name="investigation_new",
    ),
    path(f"{CASE}worksheets/new/", acts.SendWorkSheet.as_view(), name="worksheet_new"),
    path(f"{CASE}ticks/<str:code>/", detail.tick, name="tick"),
    path(f"{CASE}watching/", detail.watching, name="watching"),
    path(f"{CASE}contact/", detail.unmask_contact, name="unmask_contact"),
    path(f"{CASE}print/", detail.print_case, name="print"),
    path(f"{CASE}alarm/acknowledge/", cooperation.acknowledge, name="acknowledge"),
    path(f"{CASE}alarm/end/", acts.EndAlarm.as_view(), name="end_alarm"),
    path("worksheets/", lists.WorkSheetList.as_view(), name="worksheets"),
    path(SHEET, cooperation.worksheet, name="worksheet"),
    path(f"{SHEET}receive/", cooperation.ReceiveSheet.as_view(), name="worksheet_receive"),
    path(f"{SHEET}answer/", cooperation.AnswerSheet.as_view(), name="worksheet_answer"),
    path(f"{SHEET}accept/", cooperation.AcceptSheet.as_view(), name="worksheet_accept"),
    path(f"{SHEET}give_back/", cooperation.ReturnSheet.as_view(), name="worksheet_return"),
    path(f"{SHEET}cancel/", cooperation.CancelSheet.as_view(), name="worksheet_cancel"),
    path(f"{SHEET}urge/", cooperation.UrgeSheet.as_view(), name="worksheet_urge"),
    path(f"{SHEET}limit/", cooperation.MoveSheetLimit.as_view(), name="worksheet_limit"),
    path("papers/<str:number>/", cooperation.paper, name="paper"),
    path("papers/<str:number>/edit/", cooperation.MendPaper.as_view(), name="paper_edit"),
    path("papers/<str:number>/<str:verb>/", cooperation.PaperAct.as_view(), name="paper_move"),
    path("transfers/<int:pk>/receive/", cooperation.receive_transfer, name="receive_transfer"),
    path("delays/", delays.DelayList.as_view(), name="delays"),
    path("delays/<int:pk>/explain/", delays.Explain.as_view(), name="delay_explain"),
    path("delays/<int:pk>/audit/", delays.Audit.as_view(), name="delay_audit"),
]
