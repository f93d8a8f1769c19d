"""Video recorders that are told what happens at the tills: where they are, what they want to read, how far they are."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field
from core.models import Store
from pos.models import Till

ENCODINGS = ["utf-8", "ascii", "cp1250", "cp1251", "cp852", "cp866", "iso8859-2", "koi8-u"]
LINE_ENDS = ["crlf", "lf", "cr"]
# We listen for these; the others are called.
LISTENING = "text_tcp_server"
WEBHOOK = "webhook"
MOST_WAITING = (10, 100_000)
LATEST_MINUTES = (0, 10_080)


class Recorder(models.Model):
    """One recorder, or any program that wants the same.

    `host` and `port` are where it is reached; of one that connects to us `host` is who may connect and `port` ours.
    A webhook has `url` and `secret` instead. `kinds` are the acts it is told of (`exchange.video.kinds`), `templates`
    the words of those that are not told in the usual ones. `time_url` opens its pictures at an instant. Acts beyond
    `most_waiting`, and those older than `latest_minutes` (0: however old), are dropped and counted. `version` grows
    with each change, so that the sender notices it.
    """

    class Kind(models.TextChoices):
        TEXT_TCP = "text_tcp", _("Text over TCP, we connect to it")
        TEXT_TCP_SERVER = "text_tcp_server", _("Text over TCP, it connects to us")
        TEXT_UDP = "text_udp", _("Text over UDP")
        TRASSIR_TCP = "trassir_tcp", _("Trassir (DSSL XML) over TCP")
        TRASSIR_UDP = "trassir_udp", _("Trassir (DSSL XML) over UDP")
        WEBHOOK = "webhook", _("Webhook: signed JSON over HTTPS")

    id = Uuid7Field()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    host = models.CharField(max_length=120, default="", blank=True)
    port = models.PositiveIntegerField(default=0)
    url = models.CharField(max_length=300, default="", blank=True)
    secret = models.CharField(max_length=128, default="", blank=True)
    all_tills = models.BooleanField(default=True)
    kinds = ArrayField(models.CharField(max_length=30))
    templates = models.JSONField(default=dict, blank=True)
    encoding = models.CharField(max_length=12, default="utf-8")
    line_end = models.CharField(max_length=4, default="crlf")
    start_mark = models.CharField(max_length=40, default="", blank=True)
    end_mark = models.CharField(max_length=40, default="", blank=True)
    width = models.PositiveIntegerField(default=0)
    latin = models.BooleanField(default=False)
    month_first = models.BooleanField(default=False)
    time_url = models.CharField(max_length=500, default="", blank=True)
    lead_seconds = models.PositiveIntegerField(default=10)
    most_waiting = models.PositiveIntegerField(default=1000)
    latest_minutes = models.PositiveIntegerField(default=60)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="recorder_name_is_unique"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(kinds=[]), name="recorder_has_a_name_and_acts"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["text_tcp", "text_tcp_server", "text_udp", "trassir_tcp", "trassir_udp"],
                    host__regex=r"^[0-9A-Za-z.:-]{1,120}$",
                    port__range=(1, 65535),
                    url="",
                    secret="",
                )
                | Q(
                    kind="webhook",
                    host="",
                    port=0,
                    url__regex=r"^https?://[!-~]+$",
                    secret__regex=r"^.{16,128}$",
                ),
                name="recorder_address_is_of_its_kind",
            ),
            # Below 1024 only a privileged process could listen, and two cannot listen at one port.
            models.CheckConstraint(
                condition=~Q(kind=LISTENING) | Q(port__gte=1024), name="recorder_port_of_ours_is_free_to_take"
            ),
            models.UniqueConstraint(
                fields=["port"], condition=Q(kind=LISTENING), name="recorder_port_of_ours_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(encoding__in=ENCODINGS, line_end__in=LINE_ENDS)
                & (Q(width=0) | Q(width__range=(16, 200))),
                name="recorder_text_is_known",
            ),
            models.CheckConstraint(
                condition=Q(time_url="") | Q(time_url__regex=r"^https?://[!-~]+$"),
                name="recorder_time_url_is_http",
            ),
            models.CheckConstraint(
                condition=Q(most_waiting__range=MOST_WAITING, latest_minutes__range=LATEST_MINUTES)
                & Q(lead_seconds__lte=600, version__gte=1),
                name="recorder_limits_are_sane",
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("templates"), function="jsonb_typeof", output_field=models.TextField()),
                    Value("object"),
                ),
                name="recorder_templates_are_by_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecorderTill(models.Model):
    """What a recorder has of one till: whether it is told of it, and which camera looks at it."""

    id = models.BigAutoField(primary_key=True)
    recorder = models.ForeignKey(Recorder, on_delete=models.CASCADE, related_name="tills")
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="+")
    watched = models.BooleanField(default=True)
    camera = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recorder", "till"], name="recorder_till_is_unique"),
            models.CheckConstraint(
                condition=Q(camera="") | Q(camera__regex=r"^[^[:cntrl:]]+$"), name="recorder_camera_is_text"
            ),
        ]


class RecorderState(models.Model):
    """How a recorder is and how far it was told, written by the sender alone (but for `test_asked_at`).

    `low` is a row number of the journal up to which it was told everything; `places` says for tills that are further
    how far (`{till: row number}`). Both survive a restart of the sender.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("not reached")
        LISTENING = "listening", _("waits for the recorder")
        CONNECTED = "connected", _("connected")

    recorder = models.OneToOneField(
        Recorder, primary_key=True, on_delete=models.CASCADE, related_name="condition"
    )
    low = models.BigIntegerField()
    places = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    beat_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    sent = models.BigIntegerField(default=0)
    dropped = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    behind = models.BigIntegerField(default=0)
    error = models.CharField(max_length=200, default="", blank=True)
    error_at = models.DateTimeField(null=True)
    test_asked_at = models.DateTimeField(null=True)
    test_done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0, sent__gte=0, dropped__gte=0, refused__gte=0, behind__gte=0),
                name="recorder_counts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "listening", "connected"]), name="recorder_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(error="", error_at=None) | ~Q(error="") & Q(error_at__isnull=False),
                name="recorder_error_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(test_done_at=None) | Q(test_asked_at__isnull=False),
                name="recorder_test_was_asked_for",
            ),
        ]
