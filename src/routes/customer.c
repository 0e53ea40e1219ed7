/* Orders, payments and tickets. */
#include "app/actions/customer.h"
#include "app/actions/event.h"
#include "routes/family.h"

/* 2,000 places, each with its holder, whose name may be 120 characters of four bytes. */
enum { BOOKING_KB = 1200 };

const struct route ROUTES_CUSTOMER[] = {
	{ "POST", V1 "/tickets/book", order_book, CUSTOMER, RATE_USUAL, WRITES | MAKES, ORDER_BOOK,
	  .together = order_books, .by = BY(POOL_BOOK), .body_kb = BOOKING_KB, .answers = ORDER_BOOKED,
	  .tells = SOLD_OUT, .summary = "Hold tickets" },
	{ "POST", V1 "/payments/process", payment_process, CUSTOMER, RATE_USUAL, OWN_TX | CALLS | LATER,
	  PAYMENT_PROCESS, .answers = PAYMENT_STATE, .refuses = { 402 }, .tells = PAYMENT_STATE,
	  .summary = "Pay a held order" },
	{ "POST", V1 "/payments/confirm", payment_confirm, CUSTOMER, RATE_USUAL, OWN_TX | CALLS | LATER,
	  PAYMENT_CONFIRM, .answers = PAYMENT_STATE, .refuses = { 402 }, .tells = PAYMENT_STATE,
	  .summary = "Ask what became of a payment" },
	{ "POST", V1 "/payments/webhook/:provider:word", payment_webhook, ANYONE, RATE_USUAL, OWN_TX | CALLS | NO_CSRF,
	  .answers = NOTICE_TAKEN, .summary = "A provider's signed notice" },
	{ "GET", V1 "/users/orders", order_index, CUSTOMER, RATE_USUAL, READS, ORDER_LIST, .items = ORDER_ROW_ANSWER,
	  .summary = "Your orders" },
	{ "GET", V1 "/users/orders/:order_id", order_show, CUSTOMER, RATE_USUAL, READS, .answers = ORDER_SHOWN,
	  .summary = "One order" },
	{ "POST", V1 "/users/orders/:order_id/cancel", order_give_up, CUSTOMER, RATE_USUAL, WRITES,
	  .answers = ORDER_GIVEN_UP, .summary = "Give up a hold" },
	{ "GET", V1 "/users/tickets", ticket_index, CUSTOMER, RATE_USUAL, READS, TICKET_LIST, .items = TICKET_ANSWER,
	  .summary = "Your tickets" },
	{ "GET", V1 "/users/tickets/:id", ticket_show, CUSTOMER, RATE_USUAL, READS, .answers = TICKET_ANSWER,
	  .summary = "One ticket" },
	{ "GET", V1 "/users/tickets/:id/qr-code", ticket_qr, CUSTOMER, RATE_USUAL, READS | SECRET,
	  .answers = TICKET_CODE, .media = "image/png,image/svg+xml", .refuses = { 409 },
	  .summary = "A ticket's code: token and picture" },

	{ "GET", "/events/:event_id/choose", order_choose, ANYONE, RATE_USUAL, READS, ORDER_CHOICE,
	  .page = "event/show.html", .again = event_show, .beside = event_beside, .summary = "Choose what to book" },
	{ "GET", "/events/:event_id/book", event_show, CUSTOMER, RATE_USUAL, READS, ORDER_CHOICE, .by = BY(POOL_BOOK),
	  .page = "event/book.html", .summary = "Confirm what to book" },
	{ "POST", "/events/:event_id/book", order_book, CUSTOMER, RATE_USUAL, WRITES, ORDER_BOOK,
	  .together = order_books, .by = BY(POOL_BOOK), .page = "event/book.html", .then = "/orders/:order.id",
	  .again = event_show, .summary = "Hold tickets" },
	{ "GET", "/orders", order_index, CUSTOMER, RATE_USUAL, READS, ORDER_LIST, .page = "order/list.html",
	  .summary = "Your orders" },
	{ "GET", "/orders/:order_id", order_show, CUSTOMER, RATE_USUAL, READS | SECRET, .page = "order/show.html",
	  .beside = order_beside, .summary = "One order, its tickets with their codes" },
	{ "POST", "/orders/:order_id/pay", payment_process, CUSTOMER, RATE_USUAL, OWN_TX | CALLS, PAYMENT_PROCESS,
	  .page = "order/show.html", .then = "/orders/::order_id", .again = order_show, .beside = order_beside,
	  .summary = "Pay" },
	{ "POST", "/orders/:order_id/confirm", payment_confirm, CUSTOMER, RATE_USUAL, OWN_TX | CALLS, PAYMENT_CONFIRM,
	  .page = "order/show.html", .then = "/orders/::order_id", .again = order_show, .beside = order_beside,
	  .summary = "Ask what became of a payment" },
	{ "POST", "/orders/:order_id/cancel", order_give_up, CUSTOMER, RATE_USUAL, WRITES, .page = "order/show.html",
	  .then = "/orders/::order_id", .again = order_show, .beside = order_beside, .summary = "Give up a hold" },
	{ "GET", "/tickets", ticket_index, CUSTOMER, RATE_USUAL, READS, TICKET_PAGE, .page = "ticket/list.html",
	  .summary = "Your tickets" },
	{ "GET", "/tickets/:id", ticket_show, CUSTOMER, RATE_USUAL, READS | SECRET, .page = "ticket/show.html",
	  .beside = ticket_beside, .summary = "One ticket with its code" },
	ROUTES_END,
};
