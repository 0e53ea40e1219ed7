/* Cards: what a merchant has, and how one becomes a customer's. */
#include "app/actions/merchant.h"
#include "app/otp.h"
#include "routes/family.h"

const struct route ROUTES_MERCHANT[] = {
	{ "GET", API "/merchant/dashboard-stats", merchant_dashboard, MERCHANT, RATE_USUAL, READS,
	  .answers = MERCHANT_STATS, .summary = "Your cards in figures" },
	{ "GET", API "/merchant/cards", merchant_card_index, MERCHANT, RATE_USUAL, READS, MERCHANT_CARDS,
	  .items = MERCHANT_CARD, .summary = "Your cards: handed out and in stock" },
	{ "GET", API "/merchant/verify-customer/:mobile:word", merchant_customer_show, MERCHANT, RATE_ACCOUNT, READS,
	  .answers = MERCHANT_CUSTOMER_FOUND, .refuses = { 422 }, .summary = "Is this number a customer's" },
	{ "POST", API "/merchant/send-customer-otp", merchant_code_send, MERCHANT, RATE_ACCOUNT, WRITES,
	  MERCHANT_CUSTOMER, .answers = OTP_SENT, .summary = "Send a customer a code for a card" },
	{ "POST", API "/merchant/assign-card", merchant_card_assign, MERCHANT, RATE_ACCOUNT, WRITES | MAKES,
	  CARD_ASSIGN, .answers = CARD_ASKED,
	  .summary = "Ask for a card to become a customer's; a code is sent if none is live" },
	{ "POST", API "/merchant/verify-customer-otp", merchant_card_verify, MERCHANT, RATE_ACCOUNT, WRITES,
	  CARD_VERIFY, .answers = CARD_HANDED_OVER, .summary = "The customer's code: the card is theirs" },
	{ "GET", "/merchant", merchant_card_index, MERCHANT, RATE_USUAL, READS, MERCHANT_CARDS,
	  .page = "merchant/home.html", .beside = merchant_card_index_beside, .summary = "Your cards and figures" },
	{ "GET", "/merchant/hand-out", answer_nothing, MERCHANT, RATE_USUAL, READS, .page = "merchant/hand-out.html",
	  .summary = "Hand out a card" },
	{ "POST", "/merchant/hand-out", merchant_card_assign, MERCHANT, RATE_ACCOUNT, WRITES, CARD_ASSIGN,
	  .page = "merchant/hand-out.html", .then = "/merchant/hand-out/:assignment_id?challenge=:challenge",
	  .again = answer_nothing, .summary = "Hand out a card" },
	{ "GET", "/merchant/hand-out/:id", merchant_assignment_show, MERCHANT, RATE_USUAL, READS, HAND_OUT_PAGE,
	  .page = "merchant/code.html", .summary = "A card on its way to a customer" },
	{ "POST", "/merchant/hand-out/:id", merchant_assignment_verify, MERCHANT, RATE_ACCOUNT, WRITES, HAND_OUT_CODE,
	  .page = "merchant/code.html", .then = "/merchant/hand-out/::id", .again = merchant_assignment_show,
	  .summary = "The customer's code" },
	{ "POST", "/merchant/hand-out/:id/code", merchant_assignment_send, MERCHANT, RATE_ACCOUNT, WRITES,
	  HAND_OUT_PAGE, .page = "merchant/code.html", .then = "/merchant/hand-out/::id?challenge=:challenge",
	  .again = merchant_assignment_show, .summary = "Send another code" },
	{ "POST", "/merchant/hand-out/:id/cancel", merchant_assignment_cancel, MERCHANT, RATE_USUAL, WRITES,
	  HAND_OUT_PAGE, .page = "merchant/code.html", .then = "/merchant", .again = merchant_assignment_show,
	  .summary = "Do not hand it out" },
	ROUTES_END,
};
