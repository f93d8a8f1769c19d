"""Exactly one charge per sale, whatever breaks and whenever; no person asked where the terminal can tell."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from devices.card import Purchase
from devices.drivers.ssi.codec import frame, params
from devices.emulators.ssi import SsiTerminal
from devices.journal import Action
from tests.devices.card_rig import BRANDS, Counter, calm, counter, fault
from tests.devices.rig import killed, new_id
from tests.length import LONG

SALES = 200 if LONG else 12


@pytest.fixture(params=sorted(BRANDS))
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    with counter(request.param, tmp_path) as made:
        yield made


def charges(desk: Counter) -> list[int]:
    """What was charged beside the payment that was there before."""
    assert desk.terminal.complaints == []
    return desk.terminal.bank.charges[1:]


def dies_with_the_line(desk: Counter, amount: int, action: str) -> None:
    """The payment is made, its answer is lost, and the bridge is killed before it can ask or write anything."""
    desk.terminal.faults.cut_after = desk.brand.purchase
    with killed("devices.drivers.cards.Terminal._recovered"):
        desk.pay(amount, action)
    desk.bench.restart()


def test_random_sales_with_random_faults_charge_each_card_once(desk: Counter) -> None:
    chance = random.Random(f"{desk.brand.driver} 6")
    sold = []
    for _sale in range(SALES):
        amount = chance.choice((1, 1234, chance.randint(1, 99_999)))
        for _try in range(30):
            what, action = fault(chance, desk), new_id()
            if what == "die":
                dies_with_the_line(desk, amount, action)
                found = desk.bench.get(action)
            else:
                found = desk.pay(amount, action)
            calm(desk)
            assert found.code != "ask_person", (what, found.detail)
            for _again in range(20):
                # On a machine that stalls one question may not be enough.
                found = desk.bench.get(action) if found.state == "unknown" else found
            # The same question once more changes nothing, whatever it came to.
            assert desk.pay(amount, action) == found
            if found.state == "done":
                sold.append(amount)
                break
        assert found.state == "done", (what, found.code, found.detail)
    assert charges(desk) == sold
    assert desk.terminal.bank.charged == 777 + sum(sold)


def test_an_answer_that_is_lost_after_the_charge_is_found_in_the_log(desk: Counter) -> None:
    desk.terminal.faults.cut_after = desk.brand.purchase
    found = desk.pay(1234)
    assert (found.state, found.code) == ("done", None)
    assert found.result is not None and found.result["amount"] == 1234
    assert charges(desk) == [1234]


def test_a_payment_that_never_arrived_has_failed_and_nobody_is_asked(desk: Counter) -> None:
    desk.terminal.faults.cut_before = desk.brand.purchase
    found = desk.pay(1234)
    assert (found.state, found.code) == ("failed", "not_charged")
    assert charges(desk) == []


def test_a_bridge_that_dies_between_the_charge_and_its_answer_asks_after_its_restart(desk: Counter) -> None:
    action = new_id()
    dies_with_the_line(desk, 500, action)
    found = desk.bench.get(action)
    assert (found.state, found.settled_by) == ("done", "device")
    assert desk.pay(500, action) == found
    assert charges(desk) == [500]


def test_a_terminal_that_is_silent_before_the_payment_was_sent_nothing(desk: Counter) -> None:
    desk.pay(100)
    desk.terminal.faults.silent = True
    found = desk.pay(1234)
    assert (found.state, found.code) == ("failed", "offline")
    desk.terminal.faults.silent = False
    assert desk.pay(200).state == "done"
    assert charges(desk) == [100, 200]


def falls_silent_at_the_payment(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = desk.terminal._charge

    def silent(*asked: object) -> object:
        desk.terminal.faults.silent = True
        return charge(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.terminal, "_charge", silent)


def test_an_unknown_payment_comes_before_the_next_one(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    falls_silent_at_the_payment(desk, monkeypatch)
    action = new_id()
    found = desk.pay(1234, action)
    assert (found.state, found.code) == ("unknown", "no_answer")
    waiting = desk.pay(1234)
    assert (waiting.state, waiting.code) == ("failed", "unsettled"), "the log would no longer tell them apart"
    monkeypatch.undo()
    calm(desk)
    assert desk.pay(300).state == "done"
    assert desk.bench.get(action).state == "done"
    assert charges(desk) == [1234, 300]


def without(*drivers: str) -> pytest.MarkDecorator:
    """For what some protocols do not have."""
    return pytest.mark.parametrize("desk", sorted(set(BRANDS) - set(drivers)), indirect=True)


@without("ssi")
def test_a_person_is_asked_only_where_the_log_cannot_tell(desk: Counter) -> None:
    desk.terminal.faults.no_log = True
    desk.terminal.faults.cut_after = desk.brand.purchase
    action = new_id()
    found = desk.pay(1234, action)
    assert (found.state, found.code) == ("unknown", "ask_person")
    assert desk.pay(300).state == "done", "the others go on"
    assert desk.bench.get(action).state == "unknown"
    settled = desk.bench.station.resolve(action, True)
    assert (settled.state, settled.settled_by) == ("done", "person")
    assert desk.pay(1234, action).state == "done"
    assert charges(desk) == [1234, 300]


@without("ssi")
def test_a_log_whose_entry_is_older_than_the_payment_proves_nothing(desk: Counter) -> None:
    desk.terminal.bank.clock_off = timedelta(hours=-3)
    desk.terminal.faults.cut_after = desk.brand.purchase
    assert desk.pay(1234).code == "ask_person"


def test_a_charge_that_somebody_made_by_hand_is_not_taken_for_ours(desk: Counter) -> None:
    bank, faults = desk.terminal.bank, desk.terminal.faults
    hang_up = desk.terminal._hang_up

    def by_hand() -> None:
        bank.act("purchase", 5_000)
        hang_up()

    desk.terminal._hang_up = by_hand  # type: ignore[method-assign]
    faults.cut_before = desk.brand.purchase
    found = desk.pay(1234)
    assert (found.state, found.code) == ("failed", "not_charged")
    assert charges(desk) == [5_000]


def aborted(desk: Counter, action: str) -> Action:
    """The cashier gives up while the customer looks for the card."""
    desk.terminal.faults.customer = -1
    station = desk.bench.station
    loop = desk.bench._loop
    assert not station.abort(action), "nothing is going on yet"
    # Heard once the payment runs: the terminal is asked what it is doing only then.
    loop.call_later(0.05, station.abort, action)
    return desk.pay(1234, action)


def test_the_cashier_gives_up_a_payment_that_runs(desk: Counter) -> None:
    found = aborted(desk, new_id())
    assert (found.state, found.code) == ("failed", "cancelled")
    calm(desk)
    assert desk.pay(200).state == "done"
    assert charges(desk) == [200]


@pytest.mark.parametrize("lost", [None, "cut_before", "cut_after"])
def test_a_purchase_is_taken_back_once(desk: Counter, lost: str | None) -> None:
    bought = desk.pay(1234).result
    assert bought is not None
    if lost:
        setattr(desk.terminal.faults, lost, desk.brand.void)
    found = desk.ask(desk.void(1234, str(bought["invoice"])))
    if lost == "cut_before":
        assert (found.state, found.code) == ("failed", "not_charged")
        found = desk.ask(desk.void(1234, str(bought["invoice"])))
    assert found.state == "done"
    again = desk.ask(desk.void(1234, str(bought["invoice"])))
    assert again.state == "failed", "it stands no longer"
    assert desk.terminal.bank.charged == 777


@without("ssi")
def test_money_goes_back_and_the_day_is_settled(desk: Counter) -> None:
    bought = desk.pay(1234).result
    assert bought is not None
    given = desk.ask(desk.refund(234, str(bought["rrn"] or "1")))
    assert (given.state, desk.terminal.bank.charged) == ("done", 777 + 1000)
    found = desk.ask({"kind": "settlement"})
    assert found.state == "done" and found.result is not None and found.result["slip"]
    assert desk.terminal.bank.entries == []
    assert desk.pay(200).state == "done"


@without("ssi")
def test_less_may_be_approved_than_was_asked_for(desk: Counter) -> None:
    desk.terminal.faults.partial = 1000
    found = desk.pay(1234)
    assert (found.state, found.result and found.result["amount"]) == ("done", 1000)


def test_an_approval_without_its_numbers_is_completed_from_the_log(desk: Counter) -> None:
    desk.terminal.faults.no_slip = desk.brand.driver == "privatbank"
    found = desk.pay(1234).result
    assert found is not None
    assert (found["amount"], bool(found["invoice"]), bool(found["approval_code"])) == (1234, True, True)


def test_what_a_card_says_stays_out_of_journal_and_log(
    desk: Counter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = desk.pay(1234).result
    assert found is not None
    assert str(found["pan"]).endswith(("9838", "4450")) and "*" in str(found["pan"])
    desk.terminal.faults.declines = 1
    assert (desk.pay(10).state, desk.pay(20).state) == ("failed", "done")
    desk.bench.restart()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("actions.sqlite3*")) + caplog.text.encode()
    for secret in (b"4731179038849838", b"6703111122224450", b"SHEVCHENKO", b"282010", b"d2512120"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("document", "code"),
    [({"kind": "purchase", "amount": 100, "currency": "USD"}, "currency")],
)
def test_another_currency_is_refused_before_anything_is_sent(
    desk: Counter, document: dict[str, object], code: str
) -> None:
    assert (desk.ask(document).code, charges(desk)) == (code, [])


def test_the_terminal_tells_what_it_did_last(desk: Counter) -> None:
    desk.pay(1234)
    last = desk.bench._loop.run_until_complete(desk.bench.station.card_last("fiscal1"))
    assert last is not None and last["approved"]
    assert last["amount"] == (None if desk.brand.driver == "ssi" else 1234)


@pytest.mark.parametrize("desk", ["ssi"], indirect=True)
def test_a_payment_that_stopped_between_its_steps_is_cancelled(desk: Counter) -> None:
    """The bridge dies when the card was read and the bank not asked: the terminal still waits."""
    terminal = desk.terminal
    assert isinstance(terminal, SsiTerminal)
    desk.terminal.receive(frame("Purchase", params(Purchase(900, "UAH"), "0", "gone"), "1"))
    desk.terminal.take_replies()
    busy = desk.pay(100)
    assert (busy.state, busy.code) == ("failed", "busy"), "it is being cancelled"
    assert terminal.results["gone"] == "CANCELLED"
    assert desk.pay(100).state == "done"
    given = desk.ask(desk.refund(40, "1"))
    assert (given.state, charges(desk), terminal.bank.charged) == ("done", [100], 777 + 60)
