#ifndef STORE_INVOICE_H
#define STORE_INVOICE_H
/* Invoices and credit notes, numbered by seller without gaps; and a customer's payments, which they are of.
 *
 * A sale does not number its invoice: that would make all sales of an organizer wait for each other's commit. Its payment says
 * by itself that one is due (payment.invoice_due), whatever brought it to its state, and so does each refund (payment_refund.credit_due),
 * which has a credit note of its own; it is numbered a moment later, by `jobs`
 * or by who asks for it first. Numbers are given out under a lock of the seller's row, as many at once as are due, in the order in
 * which they were paid: a number and what bears it are stored by one transaction or not at all. */
#include "db/db.h"

enum invoice_kind { INVOICE, CREDIT_NOTE };

/* The sellers for whom something is due, of the oldest that is: seller_id, due. */
const struct rows *invoice_sellers_due(struct db *db);
/* Numbers what is due of a seller, the oldest thousand payments at once. How many there were; -1 on failure. In a transaction of its
 * own. */
int64_t invoice_number(struct db *db, int64_t seller_id, enum invoice_kind kind, ms_t now);
/* Of a succeeded payment of a customer (0: of anyone's): seller_id, and whether one of that kind is due. NULL: there will be none. */
const struct row *invoice_due(struct db *db, int64_t payment_id, int64_t customer_id, enum invoice_kind kind);
/* Those that are numbered, an invoice or however many credit notes, by number: name ("INV-3-000042"), of (a credit note's invoice, else
 * NULL), amount, currency, seller, buyer, moved_at, issued_at, tax (included in the amount), tax_rate (basis points), tax_number (the seller's, or ""); of its payment method, purpose, order_id; of its order reference,
 * discount, title (all NULL where there is none); of a refund's credit note origin, and category of the ticket that it gives back
 * (NULL: of none alone). Of payments of a customer (0: of anyone). */
const struct rows *invoice_get(struct db *db, int64_t payment_id, int64_t customer_id, enum invoice_kind kind);
/* The lines of an order: category, quantity, unit_price, amount. */
const struct rows *invoice_lines(struct db *db, int64_t order_id);

/* A customer's payments: id, uuid, purpose, status, amount, currency, method, failure, refunded (the amount that went back), order.{id,
 * reference} and event.{id, title} (of one for an order, else NULL), created_at, invoice_number, invoice_url, credit_note_number
 * (of the last), credit_note_url, credit_notes[{number, amount}]; the urls are the payment's id as text where there is one, or will be. */
struct row_list *payment_history(struct db *db, int64_t customer_id, const char *status, const char *search,
				 bool descending);

#endif
