/* A merchant hands out NFC cards. The customer stands at the counter with their phone: the merchant types the number of the
 * customer and of the card, the customer reads out the code that was sent to them, and the card is theirs. Nobody can be
 * given a card without their phone, and no card can become two people's.
 *
 * The code is bound to the merchant as well as to its use: one that was asked for at another counter is not right here, and
 * another merchant cannot make the code at this counter the older of two. */
#include "app/actions/merchant.h"
#include "app/contact.h"
#include "app/merchant_figures.h"
#include "app/otp.h"
#include "app/tell.h"
#include "rules/ticket_code.h"
#include "store/account.h"
#include "store/card.h"
#include "store/merchant.h"
#include "store/outbox.h"
#include <string.h>

/* clang-format off */
#define MOBILE { "mobile_number", F_MOBILE, .required = true, .names = true, .help = "The customer's mobile number" }
#define CODE { "otp", F_OTP, .required = true, .help = "The six digits that the customer was sent" }
#define CHALLENGE { "challenge", F_UUID, .help = "The challenge that came with the code; enforced when sent" }
/* clang-format on */

const struct field MERCHANT_CARDS[] = {
	FIELDS_PAGE_SORTED("assigned_at,uid,status,created_at"),
	{ "status", F_CHOICE, .choices = "stock,active,blocked,lost", .help = "How the card stands" },
	FIELDS_END,
};
const struct field MERCHANT_CUSTOMER[] = { MOBILE, FIELDS_END };
const struct field CARD_ASSIGN[] = { MOBILE,
				     { "card_uid", F_TEXT, .required = true, .max = 60,
				       .help = "The card's number, with or without colons" },
				     FIELDS_END };
const struct field CARD_VERIFY[] = { MOBILE,
				     CODE,
				     { "assignment_id", F_ID,
				       .help = "Your newest pending one for this customer when missing" },
				     CHALLENGE,
				     FIELDS_END };
const struct field HAND_OUT_PAGE[] = { CHALLENGE, FIELDS_END };
const struct field HAND_OUT_CODE[] = { CODE, CHALLENGE, FIELDS_END };

#define CARD_STATES "stock,active,blocked,lost"

const struct field MERCHANT_CARD[] = {
	{ "id", F_ID, .help = "The card's row" },
	{ "uid", F_TEXT, .help = "The card's number" },
	{ "status", F_CHOICE, .choices = CARD_STATES, .help = "How it stands" },
	{ "assigned_at", F_TIME, .null = true, .help = "When it was handed out" },
	{ "created_at", F_TIME, .help = "When it came" },
	{ "customer.name", F_TEXT, .null = true, .help = "Whose it is, as initials" },
	{ "customer.mobile_number", F_TEXT, .null = true, .help = "The end of their number" },
	FIELDS_NAMED("merchant_card"),
};
const struct field MERCHANT_CUSTOMER_FOUND[] = {
	{ "mobile_number", F_MOBILE, .help = "The number that was asked for" },
	{ "registered", F_BOOL, .help = "Is it a customer's" },
	{ "name", F_TEXT, .null = true, .help = "Whose, as initials" },
	{ "registration_fee_paid", F_BOOL, .help = "Have they paid it" },
	{ "has_card", F_BOOL, .help = "Have they an active card" },
	FIELDS_END,
};
const struct field CARD_ASKED[] = {
	{ "assignment_id", F_ID, .help = "What the code may name" },
	{ "otp_sent", F_BOOL, .help = "false: one sent before is still good" },
	OTP_ANSWER,
	FIELDS_END,
};
static const struct field CARD[] = {
	{ "id", F_ID, .help = "The card's row" },
	{ "uid", F_TEXT, .help = "The card's number" },
	{ "status", F_CHOICE, .choices = CARD_STATES, .help = "How it stands" },
	{ "customer_id", F_ID, .null = true, .help = "Whose it is" },
	{ "merchant_id", F_ID, .null = true, .help = "Who handed it out" },
	{ "assigned_at", F_TIME, .null = true, .help = "When" },
	FIELDS_NAMED("card"),
};
const struct field CARD_HANDED_OVER[] = {
	{ "assignment_id", F_ID, .help = "Which asking this ends" },
	{ "name", F_TEXT, .help = "Whose it is now, as initials" },
	{ "card", F_OBJECT, .of = CARD, .help = "The card" },
	FIELDS_END,
};

/* ---- what there is ---- */

/* GET cards/, and the portal's first page. */
int merchant_card_index(struct request *rq)
{
	const struct card_filter filter = { .search = field_text(rq, "search"),
					    .status = field_text(rq, "status"),
					    .sort_by = field_text(rq, "sort_by"),
					    .descending = !strcmp(field_text(rq, "sort_order"), "desc") };

	return answer_whole_list(rq, "cards", card_list(rq->db, rq->who.role_id, &filter));
}

/* The figures, beside a page's list of them. */
int merchant_card_index_beside(struct request *rq)
{
	merchant_figures(rq, answer_object(rq->beside, "stats"));
	return ANSWERED;
}

/* GET verify-customer/:mobile/. */
int merchant_customer_show(struct request *rq)
{
	const char *mobile = path_mobile(rq, "mobile");
	const struct row *customer = mobile ? card_customer(rq->db, mobile) : NULL;

	if (!mobile) {
		field_fault(rq, "mobile_number", "Enter a mobile number with country code.");
		return refuse_fields(rq);
	}
	answer_text(rq->data, "mobile_number", mobile);
	answer_bool(rq->data, "registered", customer != NULL);
	answer_text(rq->data, "name", customer ? row_text(customer, "name") : NULL);
	answer_bool(rq->data, "registration_fee_paid", customer && row_bool(customer, "registration_fee_paid"));
	answer_bool(rq->data, "has_card", customer && row_bool(customer, "has_card"));
	return ANSWERED;
}

/* ---- refusals ---- */

/* One that a field is at fault for. */
static int refuse_field(struct request *rq, const char *field, int status, const char *code, const char *sentence)
{
	if (field)
		field_fault(rq, field, "%s", sentence);
	return refuse(rq, status, code, "%s", sentence);
}

static int refuse_taken(struct request *rq, const char *field)
{
	return refuse_field(rq, field, 409, "CARD_TAKEN", "This card is no longer in stock. Take another one.");
}

static int refuse_has_card(struct request *rq, const char *field)
{
	return refuse_field(rq, field, 409, "HAS_CARD", "This customer has an active card already.");
}

/* The card with the number in card_uid, if this merchant may hand it out; NULL after refusing. What another merchant has in
 * stock is not there. */
static const struct row *card_or_refuse(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(field_text(rq, "card_uid"), uid) ? card_by_uid(rq->db, uid) : NULL;
	bool active = card && row_is(card, "status", "active");

	if (card && !active && !row_null(card, "merchant_id") && row_int(card, "merchant_id") != rq->who.role_id)
		card = NULL;
	if (!card)
		refuse_field(rq, "card_uid", 404, "CARD_NOT_FOUND", "There is no such card. Look at its number again.");
	else if (row_is(card, "status", "blocked") || row_is(card, "status", "lost"))
		refuse_field(rq, "card_uid", 409, "CARD_BLOCKED", "This card is blocked. Take another one.");
	else if (active || !row_null(card, "customer_id"))
		refuse_taken(rq, "card_uid");
	return refused(rq) ? NULL : card;
}

static const struct row *customer_or_refuse(struct request *rq)
{
	const struct row *customer = card_customer(rq->db, field_text(rq, "mobile_number"));

	if (!customer)
		refuse_field(rq, "mobile_number", 404, "CUSTOMER_NOT_FOUND",
			     "Nobody is registered with this number. The customer can register on their phone.");
	return customer;
}

/* ---- the code ---- */

static const char *purpose(struct request *rq)
{
	return talloc_asprintf(rq->mem, "card %lld", (long long)rq->who.role_id);
}

/* The customer reads it, not who stands at the desk. */
static const struct tongue *tongue_of_customer(struct request *rq, int64_t account_id)
{
	const struct row *account = account_by_id(rq->db, account_id);

	return tongue_of(rq, account ? row_text(account, "locale") : NULL);
}

/* A new code for the account; false after refusing. */
static bool send_code(struct request *rq, int64_t account_id, const char *recipient)
{
	const struct otp_send send = { .purpose = purpose(rq),
				       .role = "customer",
				       .recipient = recipient,
				       .account_id = account_id,
				       .tongue = tongue_of_customer(rq, account_id) };

	return otp_send(rq, &send) != NULL;
}

/* POST send-customer-otp/. */
int merchant_code_send(struct request *rq)
{
	const struct row *customer = customer_or_refuse(rq);

	if (customer)
		send_code(rq, row_int(customer, "account_id"), field_text(rq, "mobile_number"));
	return ANSWERED;
}

/* ---- asking for a card ---- */

/* POST assign-card/, and the first form of the page. */
int merchant_card_assign(struct request *rq)
{
	const char *mobile = field_text(rq, "mobile_number");
	const struct row *card = card_or_refuse(rq), *customer = card ? customer_or_refuse(rq) : NULL;
	struct json_object *after;
	int64_t id;
	bool live;

	if (!customer)
		return ANSWERED;
	if (row_bool(customer, "has_card"))
		return refuse_has_card(rq, "mobile_number");
	live = otp_live(rq, purpose(rq), "customer", mobile) != NULL;
	if (!live && !send_code(rq, row_int(customer, "account_id"), mobile))
		return ANSWERED;
	id = card_assignment_open(rq->db, row_int(card, "id"), row_int(customer, "id"), rq->who.role_id, rq->now);
	after = json_object_new_object();
	answer_int(after, "card_id", row_int(card, "id"));
	answer_int(after, "customer_id", row_int(customer, "id"));
	answer_int(after, "merchant_id", rq->who.role_id);
	audit_change(rq, "create", "card_assignment", id, NULL, after);
	answer_int(rq->data, "assignment_id", id);
	answer_bool(rq->data, "otp_sent", !live);
	return ANSWERED;
}

/* ---- handing it over ---- */

static int refuse_closed(struct request *rq, const struct row *assignment)
{
	if (row_is(assignment, "status", "taken"))
		return refuse_taken(rq, NULL);
	if (row_is(assignment, "status", "done"))
		return refuse(rq, 409, "ASSIGNMENT_DONE", "This card was handed out already.");
	return refuse(rq, 409, "ASSIGNMENT_LAPSED", "This was given up or took too long. Begin again.");
}

static struct json_object *card_json(const struct row *card)
{
	struct json_object *object = json_object_new_object();

	answer_row(object, card);
	return object;
}

/* The customer is told, so that whoever was talked into reading out a code learns what it was for. */
static void tell_customer(struct request *rq, const struct row *assignment, const struct row *merchant)
{
	const struct tongue *tongue = tongue_of_customer(rq, row_int(assignment, "account_id"));
	const char *uid = row_text(assignment, "uid");

	outbox_add(rq->db, rq->now, "sms", row_text(assignment, "recipient"), "",
		   tongue_say(tongue, rq->mem,
			      "%s handed you a %s card, number ending in %s. If you do not have it, tell us.",
			      row_text(merchant, "name"), rq->config->name, uid + strlen(uid) - 4));
}

/* The merchant is told that few cards are left, so that there is time to send for more. */
static void tell_stock(struct request *rq)
{
	const struct row *to =
		merchant_stock_fell(rq->db, rq->who.role_id) ? merchant_told(rq->db, rq->who.role_id) : NULL;
	struct json_object *data;

	if (!to)
		return;
	data = json_object_new_object();
	answer_int(data, "left", row_int(to, "left"));
	tell(rq->db, rq->now, &(struct telling){ .kind = "stock-low", .to = to, .data = data });
}

/* With the right code the card is the customer's. What may have changed since the card was asked for is looked at before the
 * code, so that it is still good for another card; what changes this very moment is decided by the guarded UPDATE. */
static int hand_over(struct request *rq, const struct row *assignment, const char *code, const char *challenge)
{
	const struct otp_shown shown = { .purpose = purpose(rq),
					 .role = "customer",
					 .recipient = row_text(assignment, "recipient"),
					 .challenge = challenge };
	const char *uid = row_text(assignment, "uid");
	const struct row *before = card_by_uid(rq->db, uid), *card, *merchant;

	if (!row_is(assignment, "status", "pending"))
		return refuse_closed(rq, assignment);
	if (!otp_redeem(rq, &shown, code))
		return ANSWERED;
	if (card_customer_has(rq->db, row_int(assignment, "customer_id")))
		return refuse_has_card(rq, NULL);
	/* One at a time from here on, so that each counts what the others left in stock. */
	merchant = merchant_settings(rq->db, rq->who.role_id, true);
	if (!merchant)
		return ANSWERED;
	if (!card_hand_over(rq->db, assignment, rq->who.role_id, rq->config->card_currency, rq->now))
		return db_last(rq->db) == DB_DUPLICATE ? refuse_has_card(rq, NULL) : refuse_taken(rq, NULL);
	if (!card_move_lost(rq->db, row_int(assignment, "customer_id"), rq->now))
		return refuse_taken(rq, NULL);
	card = card_request_met(rq->db, row_int(assignment, "customer_id"), rq->now) ? card_by_uid(rq->db, uid) : NULL;
	if (!card || !before)
		return ANSWERED;
	audit_change(rq, "hand-out", "nfc_card", row_int(card, "id"), card_json(before), card_json(card));
	tell_customer(rq, assignment, merchant);
	tell_stock(rq);
	answer_int(rq->data, "assignment_id", row_int(assignment, "id"));
	answer_text(rq->data, "name", row_text(assignment, "name"));
	answer_add(rq->data, "card", card_json(card));
	return ANSWERED;
}

/* POST verify-customer-otp/. */
int merchant_card_verify(struct request *rq)
{
	const struct row *customer = customer_or_refuse(rq), *assignment;

	if (!customer)
		return ANSWERED;
	if (field_given(rq, "assignment_id"))
		assignment = card_assignment_get(rq->db, rq->who.role_id, field_int(rq, "assignment_id"), rq->now);
	else
		assignment = card_assignment_latest(rq->db, rq->who.role_id, row_int(customer, "id"), rq->now);
	if (!assignment || row_int(assignment, "customer_id") != row_int(customer, "id"))
		return refuse(rq, 404, "ASSIGNMENT_NOT_FOUND", "No card is waiting for this customer's code.");
	return hand_over(rq, assignment, field_text(rq, "otp"), field_text(rq, "challenge"));
}

/* ---- the page of one ---- */

static const struct row *assignment_or_404(struct request *rq)
{
	const struct row *assignment = card_assignment_get(rq->db, rq->who.role_id, path_id(rq, "id"), rq->now);

	if (!assignment)
		refuse(rq, 404, "ASSIGNMENT_NOT_FOUND", "There is no such card on its way.");
	return assignment;
}

int merchant_assignment_show(struct request *rq)
{
	const struct row *assignment = assignment_or_404(rq);
	struct json_object *shown;

	if (!assignment)
		return ANSWERED;
	shown = answer_object(rq->data, "assignment");
	answer_int(shown, "id", row_int(assignment, "id"));
	answer_text(shown, "status", row_text(assignment, "status"));
	answer_text(shown, "uid", row_text(assignment, "uid"));
	answer_text(shown, "name", row_text(assignment, "name"));
	answer_text(shown, "sent_to", contact_hint(rq, row_text(assignment, "recipient")));
	answer_bool(shown, "registration_fee_paid", row_bool(assignment, "registration_fee_paid"));
	answer_bool(shown, "registration_fee_due",
		    rq->config->card_issue_fee && !row_bool(assignment, "registration_fee_paid"));
	answer_text(rq->data, "challenge", field_text(rq, "challenge"));
	return ANSWERED;
}

int merchant_assignment_verify(struct request *rq)
{
	const struct row *assignment = assignment_or_404(rq);

	return assignment ? hand_over(rq, assignment, field_text(rq, "otp"), field_text(rq, "challenge")) : ANSWERED;
}

int merchant_assignment_send(struct request *rq)
{
	const struct row *assignment = assignment_or_404(rq);

	if (!assignment)
		return ANSWERED;
	if (!row_is(assignment, "status", "pending"))
		return refuse_closed(rq, assignment);
	if (send_code(rq, row_int(assignment, "account_id"), row_text(assignment, "recipient")))
		say(rq, "Another code is on its way.");
	return ANSWERED;
}

int merchant_assignment_cancel(struct request *rq)
{
	const struct row *assignment = assignment_or_404(rq);

	if (!assignment)
		return ANSWERED;
	if (!card_assignment_cancel(rq->db, rq->who.role_id, row_int(assignment, "id")))
		return refuse_closed(rq, assignment);
	audit_change(rq, "cancel", "card_assignment", row_int(assignment, "id"), NULL, NULL);
	say(rq, "The card stays in stock.");
	return ANSWERED;
}
