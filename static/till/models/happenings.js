/**
 * Every event a till journals, by name, and what its `data` holds. The one registry: the store server reads this very
 * file to put names and data into people's words, docs/protocol.md prints it, and tests keep all three the same. A name
 * that is not here is stored and shown all the same, so a newer till never has to wait for its server.
 *
 * Kinds of data: money, quantity, percent, count, ms, instant, flag, product, employee, receipt, text (somebody typed it), word (a
 * code), list, object. A question mark says that it may be null. The braces hold plain JSON.
 */
export const HAPPENINGS = {
  "age_confirmed": { "age": "count" },
  "approval": { "permission": "word", "by": "employee" },
  "approval_asked": { "permission": "word", "why": "word" },
  "approval_refused": { "permission": "word", "by": "employee?", "why": "word" },
  "bridge_paired": { "url": "text?" },
  "clock_corrected": { "from": "ms", "to": "ms" },
  "clock_jump": { "by": "ms" },
  "customer_add": { "customer": "word", "by": "word" },
  "customer_card_block": { "customer": "word", "card": "word", "reason": "text" },
  "customer_card_refused": { "customer": "word", "state": "word" },
  "customer_card_replace": { "customer": "word", "card": "word", "new": "word", "reason": "text" },
  "customer_create": { "customer": "word", "card": "word?" },
  "customer_remove": { "customer": "word" },
  "customer_update": { "customer": "word", "fields": "list" },
  "discount": { "product": "product?", "discount": "object?", "after_total": "flag" },
  "drawer_count": { "counted": "money", "expected": "money", "difference": "money", "denominations": "object?" },
  "drawer_open": { "reason": "text?", "approved_by": "employee?" },
  "exchange": { "return": "receipt", "due": "money", "back": "money" },
  "expired_stopped": { "product": "product", "lot": "text?", "expiry": "word" },
  "focus_lost": { "ms": "ms", "times": "count" },
  "handover": {
    "counted": "money", "expected": "money", "difference": "money", "denominations": "object?", "to": "employee", "reason": "text?", "approved_by": "employee?"
  },
  "latency": {
    "from": "instant", "edges": "list", "scan": "list", "scan_max": "ms", "action": "list", "action_max": "ms", "slow": "count", "slow_ms": "ms"
  },
  "line_void": {
    "product": "product", "quantity": "quantity", "price": "money", "amount": "money", "reason": "text?", "approved_by": "employee?", "quick": "flag",
    "after_total": "flag"
  },
  "lock": { "by": "word" },
  "login": { "by": "word", "from": "employee?" },
  "login_failed": { "fails": "count", "by": "word", "why": "word" },
  "logout": {},
  "mark_read": { "product": "product", "capture": "word" },
  "message_printed": { "rule": "word", "code": "word?" },
  "message_seen": { "rule": "word" },
  "offline": {},
  "online": { "ms": "ms" },
  "open_price": { "product": "product", "price": "money", "barcode": "text?", "approved_by": "employee?" },
  "park": { "parked": "word", "lines": "count", "total": "money" },
  "park_both": { "parked": "word", "till": "count", "total": "money" },
  "park_resume": { "parked": "word" },
  "park_take": { "parked": "word", "till": "count", "from": "receipt?", "lines": "count", "total": "money" },
  "park_taken": { "parked": "word", "till": "count", "total": "money" },
  "payment_left": { "due": "money" },
  "price_check": { "product": "product", "price": "money?" },
  "print_answered": { "printed": "flag" },
  "print_failed": { "problem": "word", "detail": "text?" },
  "print_retried": { "jobs": "count" },
  "printer_fault": { "state": "word", "detail": "text?" },
  "printer_ready": { "ms": "ms" },
  "quantity_change": { "product": "product", "from": "quantity", "to": "quantity", "price": "money", "scale": "flag", "after_total": "flag", "approved_by": "employee?" },
  "receipt_cancel": { "lines": "list", "total": "money", "reason": "text?", "approved_by": "employee?", "after_total": "flag" },
  "receipt_left": { "lines": "count", "total": "money" },
  "receipt_trail": { "steps": "list", "left_out": "count" },
  "report_printed": { "kind": "word" },
  "reprint": {},
  "return_blind": { "reason": "text", "approved_by": "employee?" },
  "return_cancel": { "origin": "receipt?", "lines": "count" },
  "return_empties": { "reason": "text", "approved_by": "employee?" },
  "return_open": { "code": "text", "approved_by": "employee?" },
  "return_over": { "approved_by": "employee" },
  "return_paper": { "code": "text" },
  "sale_ban": { "product": "product", "ban": "text" },
  "scan_refused": { "code": "text", "problem": "word", "times": "count" },
  "search_unsold": { "text": "text", "read": "text", "found": "count" },
  "shift_continue": { "day": "word", "today": "word", "reason": "text?" },
  "start": { "build": "text", "how": "word", "receipts": "count", "unsent": "count" },
  "storage_low": { "used": "count", "size": "count" },
  "storage_unsafe": {},
  "tender_cancel": { "method": "word", "amount": "money", "tendered": "money", "change": "money", "reference": "text?" },
  "training_begin": { "approved_by": "employee?" },
  "training_end": { "receipts": "count" },
  "training_receipt": { "training": "flag", "number": "count", "receipt": "object" },
  "unlock": {},
  "x_report": {}
};
