/**
 * Every shape that crosses a module boundary of the till.
 *
 * Money is an integer of minor units (`Minor`), quantity an integer of thousandths (`Milli`), percent an
 * integer of hundredths of a percent (`Percent`), an instant RFC 3339 UTC text with milliseconds, a day `YYYY-MM-DD`.
 */

export type Uuid = string;
export type Minor = number;
export type Milli = number;
export type Percent = number;
export type Instant = string;
export type Day = string;
export type Args = Record<string, string | number | boolean | null>;

/** What went wrong, for a person: `code` chooses the text, `args` fill its gaps. See README for the list. */
export interface Problem {
  code: string;
  args: Args;
}

// ---------------------------------------------------------------- state

/**
 * Which screen the till is on:
 * boot (nothing known yet) · enrol · catalogue (first snapshot is being fetched) · signin · shift (float wanted) ·
 * sale · stopped (own storage failed: nothing may be sold, see `stopped`).
 */
export type Phase = "boot" | "enrol" | "catalogue" | "signin" | "shift" | "sale" | "stopped";

/** A snapshot: a new object after every change; never change it from outside. */
export interface TillState {
  phase: Phase;
  stopped: Problem | null;
  /** Another tab sells; this one may look up and search only. */
  readonly: boolean;
  /** A manager has locked this till from the back office: nobody can sign in until it is unlocked. */
  locked: boolean;
  till: TillInfo | null;
  store: StoreInfo | null;
  /** The operator's language when one is signed in and has one, else the store's. */
  language: string;
  operator: Operator | null;
  shift: ShiftView | null;
  receipts: ReceiptTab[];
  /** Receipts that other tills have put aside; empty while the server is away. */
  parked: ParkedElsewhere[];
  /** The receipt on screen. In phase `sale` always there, possibly without lines. */
  receipt: ReceiptView | null;
  /** Quantity typed before a code (`3 *`), used by the next line. */
  operand: Milli | null;
  /** Set while the receipt on screen is being paid. */
  payment: PaymentView | null;
  /** The receipt committed last in this shift; stays until the next line is added (`fresh` false after that). */
  last: LastReceipt | null;
  grid: QuickTab[];
  quickCash: Minor[];
  /** Card terminals only, for screens that name them. */
  cardTenders: CardTender[];
  /** All means of payment of the store, cash first. */
  tenders: TenderType[];
  /** Set while everything is practice: nothing sold, no money. `receipts` counts what was practised. */
  training: { since: Instant; receipts: number } | null;
  rules: DeskRules;
  /** What was done to customers here and is not on the server yet, and what the server did not take. */
  acts: { waiting: number; refused: RefusedAct[] };
  /** What the store's message rules say, the most important first; `receipt` is the one that was looked at, which may be one behind. */
  messages: { receipt: Uuid; rule: Uuid; text: string }[];
  /** Progress of a first catalogue or of reading it from disk. */
  load: { step: "download" | "read"; done: number; total: number } | null;
  /** How the sale screen is drawn and what the keys do. */
  layout: LayoutInForce;
}

/** A layout as the till uses it; `fault` says why the published one could not be, `forced` that Shift+F12 chose the factory one. */
export interface LayoutInForce { id: Uuid | null; name: string; version: number; body: Layout; fault: string | null; forced: boolean }

/** docs/layouts.md explains each member; models/layout-rules.js judges them. Areas are grid lines, `r1/c1/r2/c2`. */
export interface Layout {
  format: number; name: string; sizes: LayoutSize[]; grids: LayoutGrid[];
  keys: { sale: Record<string, LayoutKey>; payment: Record<string, LayoutKey> };
  columns: string[]; rows: string; pad: boolean; theme: { mode: string; accent: string | null };
}
export interface LayoutSize { w: number; h: number; /** Tenths of an inch. */ diagonal: number; scale: number; mirror: boolean; panel: string; zones: LayoutZone[] }
export interface LayoutZone { id: string; area: string; widgets: LayoutWidget[] }
export interface LayoutWidget { widget: string; /** Of a grid. */ grid?: string; text?: LayoutLabel; /** Tiles in a row of the quick grid. */ cols?: number }
export type LayoutLabel = Partial<Record<string, string>>;
export type LayoutKey = string | { action: string; params?: Record<string, any>; label?: LayoutLabel; /** false: not in the row of function keys. */ row?: boolean };
export interface LayoutGrid { id: string; cols: number; rows: number; buttons: LayoutButton[] }
export interface LayoutButton {
  at: string; action: string; params?: Record<string, any>; label?: LayoutLabel | null; icon?: string; tone?: string; colour?: string | null; ink?: string | null;
  key?: string | null; roles?: string[]; approval?: string | null; showIf?: string[];
}

export interface TillInfo { id: Uuid; number: number; inc: number; name: string; kind?: TillKind }

/** A checker reads goods and prices, and never sells. Tills enrolled by version 0.1 do not say that they are tills. */
export type TillKind = "till" | "checker";

export interface StoreInfo {
  id: Uuid; number: number; name: string; address: string; tax_id: string; country: string; currency: string;
  /** Digits of the minor unit (2 for PLN). */
  digits: number; language: string; time_zone: string; prices_include_tax: boolean;
  receipt_header: string[]; receipt_footer: string[];
}

export interface Operator {
  id: Uuid; name: string; role: Uuid; roleName: string; /** The role's short name, the same in every shop. */ roleCode: string; language: string | null;
  permissions: string[]; limits: Record<string, number>;
}

/** A second person's leave for one action, made by `till.authorise`; cannot be made by hand. */
export interface Approval { readonly id: Uuid; readonly name: string; readonly permission: string }

export interface ShiftView {
  id: Uuid; number: number; day: Day; openedAt: Instant; cashier: Uuid; float: Minor;
  /** The business day on which somebody said that this shift of an earlier day goes on. */
  continuedOn?: Day;
}

/** What the store's settings say about the cash desk; a kind without own reasons has the screen's. */
export interface DeskRules {
  reasons: Partial<Record<"in" | "out" | "drop" | "collection" | "drawer" | "cancel" | "difference", string[]>>;
  /** 0: never by itself. */
  lockMinutes: number;
}

/** What a count came to. */
export interface DrawerCount { counted: Minor; expected: Minor; difference: Minor; /** Card terminals each by itself. */ tenders: BreakdownRow[] }
/** A device's own figure beside the till's: a card terminal's sum, for one. */
export interface DeviceCheck { device: string; figure: string; till: number; told: number }
export interface BreakdownRow { id: string; name: string; count: number; amount: Minor; voids: number }
export interface Breakdown { hours: BreakdownRow[]; groups: BreakdownRow[]; tenders: BreakdownRow[]; cashiers: BreakdownRow[] }

export interface ReceiptTab {
  id: Uuid; /** Small number of the tab, 1…9 while free. */ tab: number; current: boolean;
  lines: number; total: Minor; openedAt: Instant; customer: string | null;
  kind: "sale" | "return";
  /** Put aside: other tills may take it. */
  parked: boolean;
}

/** A receipt that another till has put aside. */
export interface ParkedElsewhere { /** To take it by. */ id: Uuid; label: string; total: Minor; lines: number; till: number; at: Instant }

/** A receipt of this till that the server offers to the others, or is to be told about. */
export interface Offer {
  id: Uuid; /** The draft. */ receipt: Uuid; at: Instant; total: Minor; lines: number; cashier: string; data: Record<string, unknown>;
  /** The server was asked to hold it. */ sent: boolean;
  /** The server holds it. */ held: boolean;
  /** Its own till goes on with it. */ gone: boolean;
  /** The server will not hold it. */ refused: boolean;
}

export interface ReceiptView {
  id: Uuid; tab: number; kind: "sale" | "return"; openedAt: Instant;
  lines: LineView[];
  /** `n` of the line that key actions (void, quantity, discount) apply to when none is named. */
  selected: number | null;
  discount: ManualDiscount | null;
  taxes: TaxRow[];
  /** Σ gross of the lines that stand. */
  gross: Minor;
  /** Σ of all discounts. */
  saved: Minor;
  total: Minor;
  /** What is owed when nothing is paid in cash (total, plus taxes where prices are net). */
  due: Minor;
  /** Lines that stand. */
  count: number;
  /** Oldest age asked by a line and not yet confirmed; payment waits for `confirmAge()`. 0 when none. */
  age: number;
  ageLine: string | null;
  /** The line whose number (serial, mark, stamp) the payment waits for. */
  capture: { n: number; name: string; kind: string } | null;
  customer: DraftCustomer | null;
  reasons: PriceReason[];
  /** Set on a return: what it comes back to. */
  back: ReturnView | null;
  /** What a card terminal is being asked. */
  charge: Charge | null;
}

/** Whose purchase a receipt is, as far as this till knows. `number` is there when the card was shown. */
export interface KnownCustomer {
  customer: Uuid; /** The feed's, null when only the server was asked. */ key: string | null; card: Uuid | null; number: string | null; end: string; name: string; phone: string; groups: Uuid[];
  state: "active" | "blocked" | "replaced"; born: Day | null;
  points: Minor | null; /** When the points were last known. */ at: Instant | null; expiring: Minor | null; expires: Day | null; bought: boolean;
  /** Made or changed here and not on the server yet. */ pending: boolean;
}
export interface DraftCustomer extends KnownCustomer { /** Whole years on the day of the receipt; null when the birth date is not known. */ age: number | null; birthday: boolean }

/** Something done to a customer or card at this till, kept until the server has it. */
export interface CustomerAct {
  id: Uuid; op: "customer.create" | "customer.update" | "customer.card_block" | "customer.card_replace"; fields: Record<string, any>;
  /** What this till shows meanwhile: a row of the feed by its key. */ rows: Record<string, Record<string, any>>;
  name: string; state: "waiting" | "refused"; code: string | null;
}
/** What is still to be printed; written with the fact it belongs to, gone when the paper is out. */
export interface PrintJob {
  /** The bridge does one action once. */ action: Uuid; receipt: Uuid | null; kind: "receipt" | "copy" | "report" | "drawer";
  /** null: the drawer only */ document: PrintDocument | null;
  /** sent: given to the bridge, outcome not known yet */ state: "waiting" | "sent" | "failed" | "unknown";
  detail: string | null; /** ms, device clock */ at: number;
}
/** What is still to be registered; written with the receipt it belongs to, gone with the `fiscal` item that ends it. */
export interface FiscalJob {
  id: Uuid; /** Of the last try. */ action: Uuid | ""; kind: "sale" | "return" | "report" | "cash"; receipt: Uuid | null;
  /** As people call it: the printed number, the shift of a report. */ label: string; document: FiscalDocument;
  /** sent: given to the bridge, outcome not known yet. unknown: a person has to look. */ state: "waiting" | "sent" | "failed" | "unknown";
  /** Somebody said that it is registered later. */ deferred: boolean;
  printer: string; /** Why not, docs/devices.md. */ code: string | null; detail: string | null;
}
/** docs/devices.md, "Fiscal documents". Amounts include tax. */
export interface FiscalDocument {
  kind: string; receipt?: Uuid; number?: string; cashier?: string; currency?: string; language?: string; buyer_tax_id?: string | null; lines?: FiscalLine[];
  total?: Minor; rounding?: Minor; due?: Minor; payments?: { kind: string; name: string; amount: Minor; tendered: Minor; change: Minor }[]; footer?: string[];
  report?: "x" | "z"; day?: Day; direction?: "in" | "out"; amount?: Minor; reason?: string;
}
export interface FiscalLine {
  n: number; name: string; quantity: Milli; unit: string; price: Minor; gross: Minor; discount: Minor; total: Minor; tax: { code: string; percent: Percent };
  deposit: boolean;
}
export interface FiscalStatus {
  id: string | null; state: "none" | "ready" | "busy" | "away" | "fault";
  /** Why it takes nothing now; null when it does, or there is none. */ away: string | null;
  waiting: number; deferred: number;
  /** What somebody has to look at; `code` as in docs/devices.md. */
  problem: { id: Uuid; kind: FiscalJob["kind"]; receipt: Uuid | null; label: string; code: string; detail: string | null } | null;
  /** The daily report of the shift that was closed last; `differences` null until it is printed. */
  report: { shift: number; number: string | null; differences: { code: string; till: Minor; printer: Minor }[] | null } | null;
}
export interface RefusedAct { id: Uuid; op: string; name: string; code: string }
/** What the chain asks for (setting `customers`). */
export interface CustomerField { code: string; part: "form" | "questionnaire"; kind: string; label: Record<string, string>; required: boolean; options: { code: string; label: Record<string, string> }[] }
export interface CustomerForm { fields: CustomerField[]; consents: { kind: string; version: number; text: Record<string, string>; required: boolean }[] }
export interface CustomerData {
  name?: string; phone?: string; email?: string; born?: Day | null; language?: string; form?: Record<string, any>;
  consents?: { kind: string; version: number; given: boolean; at?: Instant }[];
}

export interface LineView {
  n: number; product: Uuid; name: string; code: string; barcode: string | null; kind: string;
  quantity: Milli; unit: string; /** Unit's short name in the till's language. */ unitName: string;
  /** Decimals the unit is shown with (0 for pieces, 3 for kg). */ decimals: number;
  price: Minor; gross: Minor; discounts: LineDiscount[]; total: Minor; tax: { code: string; percent: Percent };
  manual: ManualDiscount | null; age: number; deposit: boolean; weighed: boolean;
  lot: string | null; mark: string | null; capture: string; priceFrom: PriceFrom | null; was: Minor | null; follows: number | null;
  /** Struck through: stays visible, counts for nothing. */
  voided: boolean;
}

export interface ManualDiscount { percent?: Percent; amount?: Minor; approved_by: Uuid | null; reason: string | null }

export interface LineDiscount {
  source: string; ref: Uuid | null; name: string; amount: Minor; approved_by: Uuid | null; reason: string | null;
}

export interface TaxRow { code: string; percent: Percent; net: Minor; tax: Minor; gross: Minor }
export interface PriceReason { n: number | null; ref: Uuid | null; amount: Minor; code: string; args: Record<string, unknown> }

export interface PaymentView {
  receipt: Uuid;
  /** The whole sum before cash rounding. */
  due: Minor;
  tenders: Tender[];
  paid: Minor;
  /** What is left when the rest is not paid in cash. */
  rest: Minor;
  /** What is left when the rest is paid in cash (rounded by the country's rule). */
  restCash: Minor;
  /** Change to hand back, of the cash tenders so far. */
  change: Minor;
  /** Means of payment that this receipt may be paid with. */
  offered: TenderType[];
  /** Of the firm that buys, checked. */
  buyerTaxId: string | null;
  /** The customer takes the code on the screen instead of paper; null where there is no choice. */
  paperless: boolean | null;
  /** Null where nobody may pay with points here. */
  bonus: BonusView | null;
  /** Buttons: sums a customer is likely to hand over, ascending, the first is exact. */
  quickCash: Minor[];
  /** collecting → committing (being written; no key may act) → gone (see `last`). */
  step: "collecting" | "committing";
}

/** The customer's points while a receipt is being paid. */
export interface BonusView {
  /** As known best, null when nobody ever said; and when that was. */ balance: Minor | null; at: Instant | null;
  /** F7 alone pays so much, as far as this till knows. */ most: Minor;
  /** The rule: this much of the goods at most. */ share: Percent;
  /** The receipt as it stands earns this. */ earns: Minor;
  /** Points are on the receipt · the server is being asked. */ taken: boolean; asking: boolean;
}

export interface Tender {
  /** Position, from 0. */ i: number; method: string; name: string; amount: Minor; tendered: Minor; change: Minor; reference: string | null;
  kind?: TenderKind;
  /** What a voucher is worth, where that is more than it paid. */
  face?: Minor;
  /** Points: the hold they are set aside with; null where the till could not ask. */
  hold?: Uuid | null;
  /** Charged through a terminal on the bridge. */
  card?: CardTaken;
}
/** What is kept of a charge (docs/devices.md, "Card terminals"). */
export interface CardTaken {
  action: Uuid; device: string; rrn: string | null; approval_code: string | null; pan: string | null; terminal_id: string | null; invoice: string | null; slip: string[];
}
export interface CardDocument { kind: string; amount: Minor; currency: string; rrn?: string | null; invoice?: string }
/** What a terminal was asked for a receipt: on disk before it was sent, gone when it is on the receipt. */
export interface Charge {
  /** The bridge does one action once. */ action: Uuid; kind: "purchase" | "refund" | "void"; device: string; document: CardDocument;
  /** What stands on the receipt when it is approved, or what is taken off it; of a refund `i` is the part of the plan. */ tender: Tender;
  /** unknown: somebody has to look. failed: no money has moved, and somebody reads why. */ state: "running" | "unknown" | "failed";
  code: string | null; detail: string | null;
}
export type TenderKind = "cash" | "card" | "voucher" | "internal" | "account" | "bonus";
/** A means of payment and its rules (feed kind `tender`). */
export interface TenderType {
  id: string; kind: TenderKind; /** In the till's language. */ name: string; /** Where the payment screen has it; F8 is a list. */ key: "" | "F5" | "F6" | "F8";
  needsCustomer: boolean; needsReference: boolean; opensDrawer: boolean; overTender: boolean; refundable: boolean; counted: boolean;
  /** The terminal on the bridge that it charges through; null where it is done by hand. */ terminal: string | null;
}
export interface CardTender { id: string; name: string }

export interface LastReceipt {
  id: Uuid; number: number; /** `store-till.inc-number`, as printed. */ label: string; total: Minor; due: Minor; change: Minor;
  closedAt: Instant; fresh: boolean;
  /** Set on a return: `due` was handed out, `change` of it in cash. */
  kind?: "sale" | "return";
  /** Points that it earned. */
  earned?: Minor;
  /** Its own page on the server, for a QR code; null where customers cannot reach the server. */
  link: string | null;
  /** none: no printer paired, or the customer took the code instead. */
  print: "none" | "waiting" | "later" | "printed" | "failed" | "unknown";
}

export interface QuickTab { label: string; tiles: QuickTile[] }
export interface QuickTile { product: Uuid; name: string; price: Minor | null; unitName: string; weighed: boolean; colour: string | null; /** Its price is typed. */ open: boolean }

// ---------------------------------------------------------------- status

/** The always-true status bar. A new object after every change. */
export interface TillStatus {
  server: { state: "never" | "connecting" | "online" | "offline" | "revoked"; since: Instant | null };
  /** Items of the journal the server has not acknowledged yet. */
  unsent: number;
  /** Receipts among them. */
  unsentReceipts: number;
  catalogue: { version: string | null; at: Instant | null; /** Last time the till knew it was up to date. */ checkedAt: Instant | null;
    products: number; stale: boolean; state: "none" | "reading" | "ready" | "updating"; overlay: number };
  bridge: { state: "none" | "connecting" | "ready" | "offline" | "refused"; url: string | null; devices: BridgeDevice[] };
  printer: { id: string | null; state: "none" | "ready" | "busy" | "fault" | "offline"; detail: string | null; waiting: number };
  /** The fiscal printer, and what waits for it. */
  fiscal: FiscalStatus;
  /** What lies on the scale, while it is known; the till sells nothing by what stands here. */
  scale: { state: "none" | "ready" | "fault" | "offline"; grams: number | null; stable: boolean };
  storage: { persisted: boolean | null; usage: number | null; quota: number | null };
  lock: "held" | "waiting" | "unknown";
  clock: { /** server minus device, ms. */ offset: number; known: boolean; warn: boolean };
  build: { running: string; available: string | null };
  /** The search index is complete. */
  search: boolean;
  /** Items the server set aside or found in conflict, newest last (at most 50). */
  troubles: { id: Uuid; seq: number; type: string; status: string; detail: string; at: Instant }[];
}

export interface BridgeDevice {
  id: string; kind: string; driver: string; state: string; detail?: string | null; abilities?: string[]; columns?: number; tried_on_hardware?: boolean;
  /** Asked with `devices` only. */
  health?: { seen: Instant | null; fault: { at: Instant; code: string; detail: string } | null; waiting: number; day: { done: number; failed: number; unknown: number } };
}

// ---------------------------------------------------------------- results of actions

export type ScanResult =
  | { ok: true; line: number; product: Uuid; name: string; weighed: boolean; age: number }
  | { ok: true; customer: Uuid; name: string }
  | { ok: false; problem: Problem };

export interface PriceAnswer {
  product: Uuid; name: string; code: string; price: Minor; unitName: string;
  /** One unit as the engine would sell it now. */ total: Minor; reasons: PriceReason[];
  /** Goods whose price is typed at the till, and between which limits. */ open: { least: Minor | null; most: Minor | null } | null;
  /** Names of the offers in `total`. */ offers: string[];
  /** Price of a litre, kilogram or metre. */ perUnit: { price: Minor; unitName: string } | null;
  /** Charged on top of each unit. */ deposit: Minor | null;
  allergens: string; properties: string[]; age: number; lot: string | null;
  /** SHA-256, which is its name on the server. */ picture: string | null;
  /** As heard last; `till.stockOf` asks again. */ stock: StockAnswer | null;
}

/** What stores hold, each with the instant it was counted at. */
export interface StockAnswer { keepsStock: boolean; here: StoreStock; elsewhere: StoreStock[] }
export interface StoreStock { store: number; name?: string; quantity: Milli; at: Instant }

export interface FoundProduct { id: Uuid; name: string; code: string; price: Minor | null; unitName: string; weighed: boolean; group: string | null }
export interface SearchResult { ready: boolean; total: number; items: FoundProduct[]; /** The query as it was understood after a wrong keyboard layout. */ read: string }

export interface Report {
  kind: "X" | "Z"; shift: Uuid; number: number; day: Day; openedAt: Instant; at: Instant; till: number; inc: number; cashier: string;
  totals: ShiftTotals;
  breakdown: Breakdown;
  /** Of a Z: what was counted, when somebody did. */
  counted?: Minor | null; difference?: Minor | null;
}

/** Goes into the closing shift item as `totals`; the server compares it tender by tender. */
export interface ShiftTotals {
  receipts: number; returns: number; sales: Minor; refunds: Minor; discounts: Minor; rounding: Minor;
  tenders: Record<string, { count: number; amount: Minor }>;
  taxes: TaxRow[];
  voided_lines: number; cancelled_receipts: number;
  float: Minor; cash_in: Minor; cash_out: Minor; drop: Minor; collection: Minor; correction: Minor;
  /** float + cash tenders + cash in − out − drop − collection + correction. */
  expected_cash: Minor;
  first_number: number | null; last_number: number | null;
}

export interface ClosedShift { report: Report; counted: Minor | null; difference: Minor | null }

/** Receipt on paper, from the local journal (for a list and for reprinting). */
export interface PastReceipt { id: Uuid; number: number; label: string; kind: string; closedAt: Instant; due: Minor; lines: number; sent: boolean }

export interface TillEvents {
  line: { n: number; name: string };
  unknown: { code: string };
  refused: Problem;
  age: { age: number; name: string };
  online: { sent: number };
  offline: Record<string, never>;
  sent: { count: number };
  committed: { receipt: Uuid; number: number; customer?: Uuid | null };
  printed: { receipt: Uuid };
  print_failed: { receipt: Uuid; problem: Problem };
  fiscal_failed: { receipt: Uuid; problem: Problem };
  trouble: { id: Uuid; status: string; detail: string };
  parked_taken: { till: number; total: Minor; both: boolean };
  message: Record<string, unknown>;
  command: { name: string };
  build: { build: string };
  prices: { changes: number };
  scan: { device: string; data: string };
  /** Somebody scanned a receipt: it is to be opened for a return. */
  receipt_code: { code: string };
  stopped: Problem;
  /** The published layout cannot be drawn: the factory one is shown instead. */
  layout_fault: { name: string };
}

export interface BootOptions {
  /** Build id of the running files, told to the server in `hello`. */
  build?: string;
  /** Texts of printed documents: English in, local text out, `{name}` gaps filled from args. */
  t?: (text: string, args?: Args) => string;
  /** Language when neither operator nor store is known. */
  language?: string;
  /** Where the server is; the page's own origin when left out. */
  origin?: string;
  /** IndexedDB name; tests run several tills in one browser. */
  database?: string;
  /** Device clock in ms; tests move it. */
  wall?: () => number;
  /** false: never open sockets (tests of selling alone). */
  network?: boolean;
  /** What this page enrols as; "till" when left out. */
  kind?: TillKind;
}

// ---------------------------------------------------------------- wire and journal

export type ItemType = "receipt" | "fiscal" | "event" | "shift" | "cash" | "document" | "hold";

export interface Item {
  type: ItemType; id: Uuid; inc: number; seq: number; prev: string; at: Instant; body: Record<string, unknown>; hash: string; sig: string;
}

export interface JournalRow {
  inc: number; seq: number; id: Uuid; type: ItemType; shift: Uuid | null; item: Item;
  /** 1 while unsent; the key is deleted when acknowledged so that the index holds unsent rows only. */
  unsent?: 1;
  status: string | null; detail: string | null; ackedAt: number | null;
  /** Of a return: the receipts that goods came back to. */
  origins?: Uuid[];
}

export interface Ack { id: Uuid; status: "stored" | "duplicate" | "conflict" | "quarantined" | "retry"; detail?: string }
export interface FeedRow { kind: string; id: string; v: number; data: Record<string, any> | null }

// ---------------------------------------------------------------- catalogue

export interface Product {
  id: Uuid; code: string; name: string; kind: string; unit: string; group: Uuid | null; tax: string; age: number; discountable: boolean;
  picture: string | null; content: Milli | null; contentUnit: string | null; openPrice: boolean; priceMin: Minor | null; priceMax: Minor | null; deposit: Uuid | null;
  capture: string; licence: string; allergens: string; properties: string[];
}
export interface PriceRow { id: Uuid; product: Uuid; type: string; price: Minor; from: Instant | null; to: Instant | null }
export interface WeighedLabel { prefix: string; value: "weight" | "price"; code_digits: number; value_digits: number }

/** One stored page: up to 1,000 rows of one kind. `data` holds the rows' JSON in UTF-8, row i from offsets[i] to offsets[i+1]. */
export interface Page {
  set: number; kind: string; no: number; count: number; ids: string; data: Uint8Array; offsets: Uint32Array;
  /** Second key of each row, joined by newline: a product's code, a price's product. */
  by: string;
  /** Folded names of products for the search index, joined by newline. */
  names: string;
}

// ---------------------------------------------------------------- cart

export interface CartLine {
  n: number; product: Uuid; groups: Uuid[]; kind: string; quantity: Milli; price: Minor; tax: string; discountable: boolean; deposit: boolean;
  manual: ManualDiscount | null;
}
export interface Cart {
  day: Day; weekday: number; minute: number; cash: boolean; lines: CartLine[]; manual: ManualDiscount | null; manual_limit: Percent | null;
}
export interface PricedLine {
  n: number; gross: Minor; discounts: LineDiscount[]; total: Minor; tax: { code: string; percent: Percent }; tax_amount: Minor;
}
export interface Priced {
  lines: PricedLine[]; taxes: TaxRow[]; total: Minor; rounding: Minor; due: Minor; reasons: PriceReason[];
}
export interface Rulebook {
  format: number; currency: string; digits: number; prices_include_tax: boolean;
  taxes: { code: string; percent: Percent; from: Day | null; to: Day | null }[];
  cash_rounding: { from: Day | null; to: Day | null; step: number }[]; rules: Record<string, unknown>[];
}

/** A receipt as it lies in the drafts store: everything typed so far, nothing computed. */
export interface Draft {
  id: Uuid; tab: number; kind: "sale" | "return"; openedAt: Instant; cashier: Uuid; shift: Uuid; lines: DraftLine[]; discount: ManualDiscount | null;
  selected: number | null; ageConfirmed: number; nextN: number;
  /** Started payments survive a crash: money may already be in the drawer or on the card. */
  tenders: Tender[];
  /** A terminal is being asked, or was and said no. Of a return `tenders` are what went back already. */
  charge?: Charge | null;
  /** How it came about, step by step, and how many steps were too many to keep. */
  trail?: import("./models/trail.js").Step[]; trailCut?: number;
  /** A return: what it comes back to, null when without a receipt or while it is looked for. */
  origin?: Origin | null;
  /** A return: the code that is looked for, until it is found. */
  looking?: string | null;
  /** A return without a receipt: why, and who allowed what. */
  reason?: string | null;
  allowed?: string[];
  /** A return of empty bottles: every code stands for its deposit. */
  empties?: boolean;
  buyerTaxId?: string | null;
  paperless?: boolean;
  /** Put aside and offered to other tills under this id. */
  parked?: { id: Uuid; at: Instant } | null;
  /** Taken over from another till under this id. */
  takenAs?: Uuid;
  /** Absent in drafts of an earlier version. */
  customer?: DraftCustomer | null;
  /** Practised only. */
  training?: boolean;
  /** The receipt it is exchanged with, as long as that names this one. */
  exchange?: Uuid;
}
export interface DraftLine {
  n: number; product: Uuid; name: string; code: string; barcode: string | null; kind: string; quantity: Milli; unit: string;
  price: Minor; tax: string; groups: Uuid[]; discountable: boolean; deposit: boolean; age: number; manual: ManualDiscount | null; voided: boolean;
  /** Of a return: the line that was sold. */
  sold?: number | null;
  /** Read from a GS1 code. */ lot?: string | null;
  /** Number of this one unit, and of which kind the goods ask for one. */ mark?: string | null; capture?: string;
  /** Deposit that comes with these goods; `follows` on the deposit's line is the goods' n. */ deposit_product?: Uuid | null; follows?: number | null;
  licence?: string;
  /** Where the price came from when it was not the catalogue, and what the catalogue says. */ price_from?: PriceFrom | null; was?: Minor | null;
  /** Code of a sticker that may be used once. */ sticker?: string | null;
}
export type PriceFrom = "typed" | "label" | "sticker";

// ---------------------------------------------------------------- printing

export type Block =
  | { text: string; align?: "left" | "center" | "right"; bold?: boolean; size?: 1 | 2 }
  | { columns: { text: string; width: number | null; align?: "left" | "center" | "right" }[]; bold?: boolean }
  | { rule: true } | { feed: number } | { qr: string } | { barcode: string; type: "ean13" | "code128" };
export interface PrintDocument { language: string; blocks: Block[]; cut: boolean; drawer: boolean }

// ---------------------------------------------------------------- returns

/** A line as it was sold. */
export interface SoldLine {
  n: number; product: Uuid; name: string; barcode: string | null; quantity: Milli; unit: string; price: Minor; gross: Minor;
  discounts: LineDiscount[]; total: Minor; tax: { code: string; percent: Percent }; tax_amount: Minor; deposit: boolean;
  mark?: string | null; lot?: string | null;
}

/** What came back to a receipt in one return; `n` is the sold line's. */
export interface Comeback {
  id: Uuid; label: string; closedAt: Instant; due: Minor; payments: { method: string; amount: Minor }[];
  lines: { n: number; quantity: Milli; total: Minor; tax_amount: Minor }[];
}

/**
 * A receipt that goods come back to. `source`: this till's journal · the server · the code on its paper, when neither has it (then
 * it names no customer). `verified`: the server has said what came back.
 */
export interface Origin {
  id: Uuid; label: string; closedAt: Instant; day: Day; due: Minor; rounding: Minor; card: string | null; customer: string | null;
  included: boolean; source: "till" | "server" | "paper"; verified: boolean; lines: SoldLine[];
  payments: { method: string; amount: Minor; details: Record<string, unknown> | null }[]; returns: Comeback[];
  /** Points that the sale earned, and that were paid with; absent in drafts of an earlier version. */
  bonus?: { earned: Minor; redeemed: Minor };
}

/** What a return on screen comes back to; null lines where there is no receipt. */
export interface ReturnView {
  /** null: goods without a receipt. */ label: string | null; id: Uuid | null; closedAt: Instant | null; due: Minor; source: "till" | "server" | "paper" | "none";
  verified: boolean; /** The receipt is still being looked for. */ looking: boolean; reason: string | null; empties: boolean;
  lines: ReturnLineView[];
}
export interface ReturnLineView {
  n: number; product: Uuid; name: string; unitName: string; decimals: number; sold: Milli; /** May still come back. */ left: Milli; /** Comes back now. */ now: Milli;
  price: Minor; total: Minor; deposit: boolean;
}

/** What would be handed out now. */
export interface RefundView {
  due: Minor; parts: RefundPart[];
  /** Other money than the customer paid with: needs leave. */ changed: boolean;
}
/** The difference of an exchange: one of `pay` (or `payCash`) and `parts` is nothing. */
export interface ExchangeView { /** What comes back is worth. */ back: Minor; /** What is bought comes to. */ due: Minor; pay: Minor; payCash: Minor; parts: RefundPart[] }
export interface RefundPart { method: string; name: string; amount: Minor; reference: string | null; details: Record<string, unknown> | null }

/** A receipt found for a return, as a list shows it. */
export interface FoundReceipt { id: Uuid; label: string; closedAt: Instant; due: Minor; lines: number; here: boolean; origin: Origin }

/** The store's rules for returns (setting `returns`). */
export interface ReturnRules {
  /** A receipt older than this needs leave. */ days: number;
  /** The most one return without a receipt may come to without leave. */ blind_limit: Minor;
  /** Goods without a receipt are worth the lowest price of so many days. */ blind_days: number;
  /** net: an exchange is two linked receipts and one payment. off: there is no exchange. */ exchange: "net" | "off";
  /** on: papers carry their sale, and are believed while the server is away. */ paper: "on" | "off";
  /** The most that may be given back on a paper alone without leave. */ paper_limit: Minor;
}
