"""What a till would say about a cart: the till's own `message-rules.js` inside QuickJS, so that there is one judge."""

import json
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import quickjs

from core.errors import KasaError
from core.models import Store
from core.money import format_minor
from inventory.models import Product
from loyalty.models import MessageRule, Promotion
from loyalty.services.messages import message_value
from loyalty.services.promotions import promotion_value
from pos.pricing import engine, questions, rulebook

MODELS = Path(__file__).resolve().parents[2] / "static" / "till" / "models"
MEMORY_BYTES, SECONDS = 32 * 2**20, 2.0
SAMPLE_CODE = "ABCD-EFGH-JKMN"
_DOOR = """
globalThis.__say = (text) => {
  const { rules, now, place } = JSON.parse(text);
  return JSON.stringify(fitting(rules, now, place));
};
globalThis.__fill = (text) => { const { words, gaps, place } = JSON.parse(text); return filled(words, gaps, place); };
"""


class CannotTry(KasaError):
    """The judge refused the cart or took too long."""

    code = "bad_input"


@lru_cache(maxsize=1)
def _source() -> str:
    """Both files as one module: what one imports from the other is simply there."""
    parts = [(MODELS / name).read_text("utf-8") for name in ("calendar.js", "message-rules.js")]
    return re.sub(r"^import .*$", "", "\n".join(parts), flags=re.MULTILINE) + _DOOR


def messages_try(
    *, store: Store, at: datetime, lines: list[tuple[str, int]], customer: dict[str, Any] | None
) -> dict[str, list[tuple[MessageRule, dict[str, str]]]]:
    """For each place the rules that fit, the first one first, with their words by language.

    `lines` are codes with how many pieces. Raises CannotTry, and what pricing refuses (UnknownGoods, PricingError).
    """
    raw = {"lines": [{"product": code, "quantity": 1000 * count} for code, count in lines]}
    cart = questions.question_fill(raw, store=store, at=at).cart
    digest, body = rulebook.current_rulebook()
    due = engine.price(body, cart, rulebook_hash=digest)["due"] if lines else 0
    products = {
        str(one.id): one.name
        for one in Product.objects.filter(id__in=[one["product"] for one in cart["lines"]])
    }
    now = {
        **{name: cart[name] for name in ("day", "weekday", "minute")},
        "lines": [
            {
                **{name: one[name] for name in ("product", "groups", "quantity")},
                "name": products.get(one["product"], ""),
            }
            for one in cart["lines"]
        ],
        "sum": due,
        "customer": customer,
        "offers": [
            {"id": str(one.id), **promotion_value(one)} for one in Promotion.objects.filter(active=True)
        ],
    }
    rules = {str(rule.id): rule for rule in MessageRule.objects.filter(active=True)}
    shapes = [{"id": key, **message_value(rule)} for key, rule in rules.items()]
    context = _judge()
    found = {}
    for place in ("screen", "receipt"):
        fitting = _asked(context, "__say", {"rules": shapes, "now": now, "place": place})
        found[place] = [
            (rules[one["rule"]], _words(context, rules[one["rule"]], one, store.currency))
            for one in json.loads(fitting)
        ]
    return found


def _judge() -> quickjs.Context:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_time_limit(SECONDS)
    context.module(_source())
    return context


def _asked(context: quickjs.Context, door: str, question: dict[str, Any]) -> str:
    """What the judge answers. Raises CannotTry."""
    try:
        return str(context.get(door)(json.dumps(question)))
    except quickjs.JSException as error:
        raise CannotTry(str(error)[:200]) from error


def _words(
    context: quickjs.Context, rule: MessageRule, fitting: dict[str, Any], currency: str
) -> dict[str, str]:
    """The rule's texts by language with their gaps filled, sums as people of the language read them."""
    words = {}
    for language, text in rule.texts.items():
        sums = {
            name: format_minor(value, currency, language, symbol=False)
            for name, value in fitting["money"].items()
        }
        gaps = {**fitting["gaps"], **sums, "code": SAMPLE_CODE}
        words[language] = _asked(context, "__fill", {"words": text, "gaps": gaps, "place": str(rule.place)})
    return words
