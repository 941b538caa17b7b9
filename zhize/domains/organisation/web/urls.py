"""Addresses of units, people, positions, areas and outside bodies."""

from __future__ import annotations

from django.urls import path

from zhize.domains.organisation.web import areas, external, options, people, positions, reading, units

app_name = "organisation"
UNIT = "units/<int:pk>/"
PERSON = "people/<int:pk>/"
POSITION = "positions/<int:pk>/"
READING = "readings/<int:pk>/"
AREA = "areas/<int:pk>/"
BODY = "outside/<int:pk>/"

urlpatterns = [
    path("units/", units.tree, name="units"),
    path("units/new/", units.NewUnit.as_view(), name="new_unit"),
    path("units/options/", options.unit_options, name="unit_options"),
    path(UNIT, units.detail, name="unit"),
    path(f"{UNIT}edit/", units.EditUnit.as_view(), name="edit_unit"),
    path(f"{UNIT}move/", units.MoveUnit.as_view(), name="move_unit"),
    path(f"{UNIT}close/", units.close, name="close_unit"),
    path(f"{UNIT}positions/new/", positions.NewPosition.as_view(), name="new_position"),
    path("people/", people.PeopleList.as_view(), name="people"),
    path("people/new/", people.NewPerson.as_view(), name="new_person"),
    path("people/options/", options.person_options, name="person_options"),
    path("people/appoint/", people.Appoint.as_view(), name="appoint"),
    path("people/presence/", people.presence, name="presence"),
    path("people/appointments/<int:pk>/relieve/", people.Relieve.as_view(), name="relieve"),
    path("people/absences/<int:pk>/back/", people.back, name="back"),
    path(PERSON, people.detail, name="person"),
    path(f"{PERSON}edit/", people.EditPerson.as_view(), name="edit_person"),
    path(f"{PERSON}leave/", people.Leave.as_view(), name="leave"),
    path(f"{PERSON}absent/", people.Absent.as_view(), name="absent"),
    path(f"{PERSON}on-duty/", people.OnDuty.as_view(), name="on_duty"),
    path(f"{PERSON}off-duty/", people.off_duty, name="off_duty"),
    path("positions/", positions.PositionList.as_view(), name="positions"),
    path("positions/options/", options.position_options, name="position_options"),
    path("positions/clauses/<int:pk>/", positions.ClausePage.as_view(), name="clause"),
    path("positions/clauses/<int:pk>/standing/", positions.mark_standing, name="mark_standing"),
    path("positions/clauses/<int:pk>/drop/", positions.drop_clause, name="drop_clause"),
    path(f"{POSITION}edit/", positions.EditPosition.as_view(), name="edit_position"),
    path(f"{POSITION}close/", positions.close, name="close_position"),
    path(f"{POSITION}issue/", positions.IssueSheet.as_view(), name="issue_sheet"),
    path(f"{POSITION}clauses/new/", positions.AddClause.as_view(), name="new_clause"),
    path(f"{POSITION}rights/new/", positions.AddGrant.as_view(), name="new_grant"),
    path(f"{POSITION}rights/<int:grant>/revoke/", positions.revoke, name="revoke"),
    path("readings/", reading.ReadingList.as_view(), name="readings"),
    path("readings/new/", reading.PublishDocument.as_view(), name="new_reading"),
    path(READING, reading.detail, name="reading"),
    path(f"{READING}sign/", reading.SignReading.as_view(), name="sign_reading"),
    path(f"{READING}unsigned.<str:form>", reading.unsigned, name="unsigned"),
    path("areas/", areas.AreaList.as_view(), name="areas"),
    path("areas/new/", areas.NewArea.as_view(), name="new_area"),
    path("areas/assignments/<int:pk>/release/", areas.ReleaseArea.as_view(), name="release_area"),
    path(AREA, areas.detail, name="area"),
    path(f"{AREA}edit/", areas.EditArea.as_view(), name="edit_area"),
    path(f"{AREA}assign/", areas.AssignArea.as_view(), name="assign_area"),
    path("outside/", external.BodyList.as_view(), name="bodies"),
    path("outside/new/", external.NewBody.as_view(), name="new_body"),
    path(BODY, external.detail, name="body"),
    path(f"{BODY}edit/", external.EditBody.as_view(), name="edit_body"),
    path(f"{BODY}contacts/new/", external.NewContact.as_view(), name="new_contact"),
    path(f"{BODY}exchanges/new/", external.RecordExchange.as_view(), name="exchange"),
]
