"""Label-printing scales: which there are, what each is believed to hold, and what labels say beside the goods' own."""

from django.db import models
from django.db.models import F, Q

from core.fields import Uuid7Field
from core.models import Store
from inventory.models import Group, Product


class LabelScale(models.Model):
    """A scale that prints labels. It serves the goods of some groups and of every group below them.

    `prefix` names the kind of label it prints, one of the setting `weighed_labels`. `hold` means that somebody
    stopped its loading, or that it refused the password: nothing is sent until a person says so. `seen_version` is
    the place in the feed up to which its goods were compared; `look_at` the next instant at which a price that was
    decided ahead begins or ends.
    """

    id = Uuid7Field()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    driver = models.CharField(max_length=30)
    host = models.CharField(max_length=120, default="", blank=True)
    port = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict, blank=True)
    groups = models.ManyToManyField(Group, related_name="+")
    with_pieces = models.BooleanField(default=False)
    prefix = models.CharField(max_length=2)
    active = models.BooleanField(default=True)
    alarm_minutes = models.PositiveIntegerField(default=30)

    hold = models.BooleanField(default=False)
    seen_version = models.BigIntegerField(default=0)
    look_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    alarm_since = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=40, default="", blank=True)
    differed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="label_scale_name_is_unique"),
            # Two rows that drive one scale would each undo what the other has loaded.
            models.UniqueConstraint(
                fields=["store", "host", "port"], condition=~Q(host=""), name="label_scale_address_is_unique"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(driver=""), name="label_scale_has_a_name"),
            models.CheckConstraint(
                condition=Q(host="", port=0)
                | Q(host__regex=r"^[0-9A-Za-z.:-]{1,120}$", port__range=(1, 65535)),
                name="label_scale_address_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^2\d$"), name="label_scale_prefix_is_the_store_s"
            ),
            models.CheckConstraint(
                condition=Q(alarm_minutes__range=(1, 10080)), name="label_scale_alarm_within_a_week"
            ),
            # An alarm is of a scale that fails, and never older than that.
            models.CheckConstraint(
                condition=Q(alarm_since=None)
                | Q(failing_since__isnull=False, alarm_since__gte=F("failing_since")),
                name="label_scale_alarm_is_of_a_failing_one",
            ),
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0) | Q(failing_since__isnull=False, failures__gte=1),
                name="label_scale_failures_have_a_beginning",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScalePlace(models.Model):
    """One place on a scale and what it is believed to hold.

    `digest` belongs to `record`, the last one that the scale has confirmed. It is emptied before something else is
    sent there, so a server that dies on the way knows that it does not know. `refused` is the digest of a record
    that the scale would not take, with the reason in `error`; it is not sent again until it changes.
    """

    id = models.BigAutoField(primary_key=True)
    scale = models.ForeignKey(LabelScale, on_delete=models.CASCADE, related_name="places")
    number = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    record = models.JSONField(null=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    refused = models.CharField(max_length=64, default="", blank=True)
    error = models.CharField(max_length=40, default="", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scale", "number"], name="scale_place_is_taken_once"),
            models.UniqueConstraint(fields=["scale", "product"], name="scale_place_holds_goods_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="scale_place_begins_at_one"),
            models.CheckConstraint(
                condition=Q(digest="")
                | Q(digest__regex="^[0-9a-f]{64}$", record__isnull=False, sent_at__isnull=False),
                name="scale_place_digest_has_a_record",
            ),
            models.CheckConstraint(
                condition=Q(refused="") | Q(refused__regex="^[0-9a-f]{64}$", digest=""),
                name="scale_place_refused_is_not_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scale_id} {self.number}"


class LabelGoods(models.Model):
    """What a printed label says of goods beside their name and price."""

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="label")
    tare = models.PositiveIntegerField(default=0)
    shelf_days = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tare__lte=65535), name="label_tare_is_in_grams"),
            models.CheckConstraint(condition=Q(shelf_days__lte=9999), name="label_shelf_life_is_in_days"),
        ]

    def __str__(self) -> str:
        return str(self.product_id)
