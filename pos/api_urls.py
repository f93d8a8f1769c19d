"""REST addresses of tills, shifts, receipts and the journal, below /api/v1/."""

from django.urls import path

from pos.api import books, journal, tills

urlpatterns = [
    path("tills", tills.TillsView.as_view()),
    path("tills/<uuid:till_id>", tills.TillView.as_view()),
    path("tills/<uuid:till_id>/code", tills.TillCodeView.as_view()),
    path("tills/<uuid:till_id>/revoke", tills.TillRevokeView.as_view()),
    path("tills/<uuid:till_id>/command", tills.TillCommandView.as_view()),
    path("receipts", books.ReceiptsView.as_view()),
    path("receipts/<uuid:receipt_id>", books.ReceiptView.as_view()),
    path("shifts", books.ShiftsView.as_view()),
    path("shifts/<uuid:shift_id>", books.ShiftView.as_view()),
    path("journal", journal.ItemsView.as_view()),
    path("journal/<int:pk>", journal.ItemView.as_view()),
    path("journal/conflicts", journal.ConflictsView.as_view()),
    path("journal/conflicts/<int:pk>", journal.ConflictView.as_view()),
]
