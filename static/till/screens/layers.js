/** Which layer is drawn under which name. Sheets take the whole middle, panels the side. */

import { html } from "../ui/html.js";
import { Approve } from "./approve.js";
import { Buyer } from "./buyer.js";
import { CancelReceipt } from "./cancel.js";
import { CardSlip } from "./cardslip.js";
import { CashDesk } from "./cashdesk.js";
import { CashMove, OpenDrawer } from "./cashmove.js";
import { Customer } from "./customer.js";
import { CustomerForm } from "./customerform.js";
import { CardReplace } from "./cardreplace.js";
import { ChargePanel } from "./charge.js";
import { CloseShift, ShiftClosed } from "./closeshift.js";
import { Devices } from "./devices.js";
import { Capture } from "./capture.js";
import { Discount } from "./discount.js";
import { HandOver } from "./handover.js";
import { Exchange } from "./exchange.js";
import { FiscalPanel } from "./fiscal.js";
import { KeyMap } from "./keymap.js";
import { Menu } from "./menu.js";
import { OldShift } from "./oldshift.js";
import { OpenPrice } from "./openprice.js";
import { PriceCheck } from "./pricecheck.js";
import { Receipts } from "./receipts.js";
import { Refund } from "./refund.js";
import { ReportX } from "./reportx.js";
import { BlindReturn, FindReceipt } from "./returns.js";
import { ScanCheck } from "./scancheck.js";
import { Search } from "./search.js";
import { Settings } from "./settings.js";
import { OtherTenders, TenderSlip } from "./tenderslip.js";
import { Troubles } from "./troubles.js";
import { Unsold } from "./unsold.js";

/** @type {Record<string, any>} */
const PANELS = {
  approve: Approve,
  buyer: Buyer,
  cancel: CancelReceipt,
  capture: Capture,
  card: CardSlip,
  charge: ChargePanel,
  customer: Customer,
  cardreplace: CardReplace,
  desk: CashDesk,
  move: CashMove,
  drawer: OpenDrawer,
  discount: Discount,
  menu: Menu,
  openprice: OpenPrice,
  price: PriceCheck,
  receipts: Receipts,
  reportx: ReportX,
  search: Search,
  return: FindReceipt,
  blind: BlindReturn,
  refund: Refund,
  tender: TenderSlip,
  tenders: OtherTenders,
  unsold: Unsold,
  exchange: Exchange,
  fiscal: FiscalPanel,
};

/** @type {Record<string, any>} */
const SHEETS = { customerform: CustomerForm, keys: KeyMap, closeshift: CloseShift, closed: ShiftClosed, handover: HandOver, oldshift: OldShift, devices: Devices, scancheck: ScanCheck, settings: Settings, troubles: Troubles };

/** @param {import("../ui/desk.js").Layer | null} layer @returns {boolean} */
export function isSheet(layer) {
  return layer !== null && layer.name in SHEETS;
}

/** @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function Layer({ desk, commands }) {
  const { layer } = desk;
  const drawn = layer ? (PANELS[layer.name] ?? SHEETS[layer.name]) : null;
  return drawn && layer ? html`<${drawn} desk=${desk} commands=${commands} ...${layer.props} />` : null;
}
