async ({ goods, receipts }) => {
  const [milk, bread, beer, apples, bag] = goods;
  const leave = {};
  for (const right of ['till.discount', 'till.void_subtotal', 'till.cash', 'till.return', 'till.return_blind', 'till.return_over', 'till.z']) {
    leave[right] = await till.authorise(right, { pin: '9999' });
  }
  const scan = (...codes) => codes.forEach((code) => {
    const result = till.scan(code);
    if (!result.ok) throw new Error(JSON.stringify(result));
  });
  const cash = async (more = 0) => {
    till.startPayment();
    till.tender({ method: 'cash', tendered: till.state.payment.restCash + more });
    return till.finish();
  };
  const milky = [];
  const others = [];
  const kinds = [
    async () => { scan(milk); milky.push((await cash()).label); },
    async () => { till.multiply(3000); scan(bread, milk); milky.push((await cash(1111)).label); },
    async () => { scan(bread, bag); till.startPayment(); till.tender({ method: 'card1', reference: '42' }); others.push((await till.finish()).label); },
    async () => { scan(milk, bread, bag); till.startPayment(); till.tender({ method: 'cash', tendered: 300 }); till.tender({ method: 'card1' }); await till.finish(); },
    async () => { till.multiply(1355); scan(apples, milk); await cash(); },
    async () => { scan(milk, bread, bag); till.voidLine(2, { reason: 'slip' }); await cash(); },
    async () => { scan(milk, bread); till.discountLine(1, { percent: 1000, reason: 'dent' }); milky.push((await cash()).label); },
    async () => { scan(bread, bread, bag); till.discountReceipt({ percent: 3300, reason: 'staff', approval: leave['till.discount'] }); others.push((await cash()).label); },
    async () => { scan(beer); till.confirmAge(); await cash(); },
    async () => { scan(milk); till.cancelReceipt({ reason: 'left' }); scan(bread); await cash(); },
    async () => { scan(milk, bread); till.startPayment(); till.leavePayment(); till.voidLine(1, { approval: leave['till.void_subtotal'] }); await cash(); },
    async () => { scan(milk); till.park(); scan(bread); await cash(); till.switchReceipt(till.state.receipts.find((tab) => tab.lines).id); await cash(); },
    async () => { scan(bread); till.startPayment(); till.tender({ method: 'voucher', amount: 500, reference: 'V-1' }); till.tender({ method: 'cash' }); await till.finish(); },
    async () => { await till.openReturn(milky.shift(), { approval: leave['till.return'] }); scan(milk); await till.finishReturn({ approval: leave['till.return_over'] }); },
    async () => { await till.openReturn(others.pop(), { approval: leave['till.return'] }); till.returnAll(); await till.finishReturn({ approval: leave['till.return_over'] }); },
    async () => { till.openBlindReturn({ reason: 'gift', approval: leave['till.return_blind'] }); scan(bag); await till.finishReturn({ approval: leave['till.return_over'] }); },
  ];
  await till.openShift(20000, { 10000: 2 });
  for (let i = 0; i < receipts; i += 1) {
    await kinds[i % kinds.length]();
    if (i % 60 === 30) await till.cash('drop', { amount: 5000, reason: 'safe', approval: leave['till.cash'] });
    if (i % 100 === 50) await till.cash('in', { amount: 2000, reason: 'coins', approval: leave['till.cash'] });
    if (i % 100 === 70) await till.cash('out', { amount: 1234, reason: 'window', approval: leave['till.cash'] });
  }
  const x = await till.xReport();
  const counted = x.totals.expected_cash - 5;
  await till.countDrawer({ counted: 1 });
  await till.handOver({ counted, reason: 'coins', to: { pin: '9999' }, approval: leave['till.z'] });
  const closed = await till.closeShift({ counted: counted - 37, reason: 'coins' });
  await till.openShift(10000);
  for (let i = 0; i < 5; i += 1) await kinds[i]();
  const next = await till.xReport();
  const { breakdown } = closed.report;
  return { z: closed.report.totals, difference: closed.difference, next: next.totals, tenders: breakdown.tenders, groups: breakdown.groups };
}
