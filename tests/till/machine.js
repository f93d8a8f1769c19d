async (database) => {
  const { Till, TillError } = await import('/static/till/till.js');
  const wall = () => Date.now() + Number(localStorage.lead ?? 0);
  window.till = await Till.boot({ build: 'machine', database, wall });

  // What needs leave is asked of the manager in place, as the screens ask.
  const asked = async (deed) => {
    try {
      return await deed(undefined);
    } catch (error) {
      if (!(error instanceof TillError) || !error.args.permission) throw error;
      return deed(await till.authorise(error.args.permission, { pin: '9999' }));
    }
  };
  const mustBe = (result) => {
    if (!result.ok) throw new TillError(result.problem.code, result.problem.args);
    return result;
  };
  const tab = (at) => till.state.receipts[at % till.state.receipts.length];
  const adults = () => till.state.receipt.age > 0 && till.confirmAge();
  // A refund without a receipt waits for nothing, but the server may lower its price when it answers.
  const scan = (code, pieces) => {
    till.multiply(pieces > 1 ? pieces * 1000 : null);
    return mustBe(till.scan(code));
  };

  const deeds = {
    look: () => null,
    scan: ({ code, pieces }) => void scan(code, pieces),
    age: adults,
    quantity: ({ pieces }) => asked((approval) => till.setQuantity(null, pieces * 1000, { approval })),
    select: ({ at }) => till.selectLine(till.state.receipt.lines[at % Math.max(1, till.state.receipt.lines.length)]?.n ?? null),
    void: () => asked((approval) => till.voidLine(null, { reason: 'changed mind', approval })),
    discount: ({ whole, ...how }) => asked((approval) => {
      if (whole) till.discountReceipt({ ...how, reason: 'dent', approval });
      else till.discountLine(null, { ...how, reason: 'dent', approval });
    }),
    fresh: () => void till.newReceipt(),
    park: () => void till.park(),
    take: ({ at }) => till.switchReceipt(tab(at).id),
    cancel: () => asked((approval) => till.cancelReceipt({ reason: 'no money', approval })),
    pay: () => till.startPayment(),
    leave: () => till.leavePayment(),
    tender: ({ method, amount, more }) => {
      if (!till.state.payment) till.startPayment();
      const { payment } = till.state;
      const reference = method === 'cash' ? undefined : 'A-1';
      if (method === 'cash') till.tender({ method, tendered: amount === undefined ? payment.restCash + more : amount });
      else till.tender({ method, reference, ...(amount === undefined ? {} : { amount: Math.min(amount, payment.rest) }) });
    },
    untender: ({ at }) => till.removeTender(at % Math.max(1, till.state.payment?.tenders.length ?? 1)),
    finish: () => till.finish(),
    // The server is not waited for: what this till sold itself it knows.
    open: async ({ label }) => {
      await asked((approval) => {
        const looked = till.openReturn(label, { approval });
        return Promise.race([looked, new Promise((done) => till.subscribe(() => till.state.receipt?.back?.looking === false && done()))]);
      });
    },
    blind: () => asked((approval) => till.openBlindReturn({ reason: 'no receipt', approval })),
    back: ({ at }) => {
      const { lines } = till.state.receipt.back ?? { lines: [] };
      till.returnMore(lines[at % Math.max(1, lines.length)]?.n ?? 0);
    },
    all: () => till.returnAll(),
    drop: () => till.dropReturn(),
    refund: ({ cash }) => asked((approval) => till.finishReturn({ cash, approval })),
    exchange: () => till.exchange(),
    swap: ({ method, more }) => asked((approval) => {
      const { payCash } = till.exchanged ?? { payCash: 0 };
      return till.finishExchange({ method, approval, ...(method === 'cash' && payCash > 0 ? { tendered: payCash + more } : {}) });
    }),
    cash: ({ kind, amount }) => asked((approval) => till.cash(kind, { amount, reason: 'coins', approval })),
    x: () => asked((approval) => till.xReport({ approval })),
    count: ({ counted }) => till.countDrawer({ counted }),
    handover: ({ counted }) => {
      const pin = till.state.operator.roleCode === 'manager' ? '1111' : '9999';
      return asked((approval) => till.handOver({ counted, reason: 'coins', to: { pin }, approval }));
    },
    close: ({ counted }) => asked((approval) => till.closeShift({ counted, reason: 'coins', approval })),
    shift: ({ float }) => till.openShift(float),
    goOn: () => till.continueShift({ reason: 'night' }),
    practise: () => asked((approval) => till.beginTraining({ approval })),
    real: () => till.endTraining(),
    signIn: ({ pin }) => till.signIn(pin),
    flush: () => till.flush(),
    past: () => till.pastReceipts(500),
  };

  const money = ({ due, paid, rest, restCash, change, tenders }) => ({ due, paid, rest, restCash, change, tenders });
  const linesOf = ({ lines }) => lines.filter(({ voided }) => !voided).map(({ n, product, quantity, price, total }) => ({ n, product, quantity, price, total }));
  // Without what the server says about it later.
  const backOf = ({ id, looking, lines }) => ({ id, looking, lines: lines.map(({ n, left, now }) => ({ n, left, now })) });
  const look = () => {
    const { phase, stopped, receipt, payment, receipts, training, operator, shift, last } = till.state;
    return {
      phase, stopped, training, shift, last, operator: operator?.roleCode ?? null, old: till.shiftIsOld,
      receipt: receipt && { id: receipt.id, kind: receipt.kind, lines: linesOf(receipt), total: receipt.total, due: receipt.due, age: receipt.age, back: receipt.back && backOf(receipt.back) },
      payment: payment && money(payment),
      tabs: receipts.map(({ id, lines, kind, parked, current }) => ({ id, lines, kind, parked, current })),
      exchange: till.exchanged,
      troubles: till.status.troubles,
    };
  };

  window.act = async (name, given = {}) => {
    const answer = { refused: null, value: null };
    try {
      answer.value = (await deeds[name](given)) ?? null;
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      answer.refused = error.code;
    }
    return { ...answer, now: look() };
  };
}
