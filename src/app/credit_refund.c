/* Money that was put on a card and goes back at the provider's desk is taken from that card while it is there; else the site bears it, for
 * it was spent. A fee that went back is not paid any more. Who keeps the money is told which it was, for nobody here gave it back. */
#include "app/credit_refund.h"
#include "app/refund.h"
#include "base/log.h"
#include "base/money.h"
#include "base/tongue.h"
#include "store/credit.h"
#include "store/refund.h"
#include <string.h>

struct entering {
	struct db *db;
	const struct config *config;
	const struct row *payment;
	const struct payment_news *news;
	ms_t now;
};

static int64_t payment_id(const struct entering *e)
{
	return row_int(e->payment, "id");
}

/* ---- telling ---- */

static const char *what_became(const struct entering *e, bool from_card)
{
	if (row_is(e->payment, "purpose", "registration_fee"))
		return "%s of payment %lld, a fee for a card, went back at the payment provider.";
	return from_card
		       ? "%s of payment %lld, money on a card, went back at the payment provider and was taken from the card."
		       : "%s of payment %lld, money on a card, went back at the payment provider. It is not on that card any more, so the site bears it.";
}

/* text: takes the amount and the payment. */
static void tell_keepers(const struct entering *e, const char *subject, const char *text)
{
	const struct rows *readers = dispute_readers(e->db, 0);
	TALLOC_CTX *mem = talloc_new(NULL);
	char money[40];

	money_text(e->news->amount, row_text(e->payment, "currency"), money, sizeof money);
	for (size_t i = 0; i < readers->n; i++) {
		struct row reader = row_at(readers, i);
		const struct tongue *tongue = payment_tongue(e->config, &reader);

		payment_send(e->db, &reader, tongue_say(tongue, mem, subject, (long long)payment_id(e)),
			     tongue_say(tongue, mem, text, money, (long long)payment_id(e)), e->now);
	}
	talloc_free(mem);
}

/* ---- the books ---- */

static bool book(const struct entering *e, int64_t refund_id)
{
	bool from_card = row_is(e->payment, "purpose", "reload") &&
			 credit_on_card(e->db, row_int(e->payment, "card_id"), e->news->amount);

	if (refund_given(e->db, payment_id(e)) == row_int(e->payment, "amount") &&
	    !credit_given_back(e->db, e->payment, e->now))
		return false;
	if (refund_post_credit(e->db, refund_id, from_card, e->now) != LEDGER_POSTED)
		return false;
	tell_keepers(e, "Payment %lld went back", what_became(e, from_card));
	log_warn("credit_went_back", F("payment", payment_id(e)), F("amount", e->news->amount),
		 F("from_card", from_card));
	return true;
}

static bool enter_refund(void *with)
{
	const struct entering *e = with;
	const struct payment_news *n = e->news;
	struct refund_found found = { .payment_id = payment_id(e),
				      .amount = n->amount,
				      .currency = n->currency,
				      .reference = n->reference,
				      .origin = n->dispute ? "dispute" : "desk",
				      .reason = n->reason,
				      .state = n->refund == REFUND_DONE ? "done" : "pending" };
	int64_t id;

	if (!credit_lock(e->db, payment_id(e)))
		return false;
	if (refund_known(e->db, "", n->reference, NULL)) {
		id = refund_move_known(e->db, "", n->reference, n->refund == REFUND_FAILED ? "failed" : found.state,
				       e->now);
		return id && (n->refund != REFUND_DONE || book(e, id));
	}
	if (n->refund == REFUND_FAILED)
		return false;
	id = refund_enter(e->db, &found, e->now);
	if (!id)
		log_warn("refund_not_entered", F("payment", found.payment_id), F("reference", n->reference),
			 F("amount", n->amount));
	return id && (n->refund != REFUND_DONE || book(e, id));
}

static bool enter_dispute(void *with)
{
	const struct entering *e = with;
	const struct payment_news *n = e->news;
	struct dispute dispute = payment_dispute(payment_id(e), n);

	if (!credit_lock(e->db, payment_id(e)) || dispute_note(e->db, &dispute, e->now) == DISPUTE_SAME)
		return false;
	if (!strcmp(n->status, "open"))
		tell_keepers(e, "Payment %lld is questioned",
			     "A bank questions %s of payment %lld. Answer it at the payment provider.");
	log_warn("payment_dispute", F("payment", dispute.payment_id), F("status", n->status), F("amount", n->amount));
	return true;
}

bool credit_enter_news(struct db *db, const struct config *config, const struct row *payment,
		       const struct payment_news *news, ms_t now)
{
	struct entering e = { .db = db, .config = config, .payment = payment, .news = news, .now = now };
	struct payment_news taken = *news;

	if (news->dispute) {
		db_transaction(db, enter_dispute, NULL, &e);
		if (db_error(db) != DB_OK || strcmp(news->status, "lost"))
			return db_error(db) == DB_OK;
		taken.refund = REFUND_DONE;
		e.news = &taken;
	}
	if (!refund_known(db, "", news->reference, e.news->refund == REFUND_DONE ? "done" : "failed"))
		db_transaction(db, enter_refund, NULL, &e);
	return db_error(db) == DB_OK;
}

/* ---- the desk ---- */

static bool take_news(void *with, const struct payment_news *news)
{
	const struct entering *e = with;

	return strcmp(news->payment, row_text(e->payment, "provider_ref")) != 0 ||
	       credit_enter_news(e->db, e->config, e->payment, news, e->now);
}

bool credit_look_at_desk(struct db *db, const struct config *config, const struct row *payment, ms_t now)
{
	const struct payment_provider *provider = payment_reach(db, row_text(payment, "provider"));
	struct entering e = { .db = db, .config = config, .payment = payment, .now = now };

	if (!provider)
		return false;
	return !provider->desk || provider->desk(config, row_text(payment, "provider_ref"), 0, take_news, &e);
}

/* Of whichever. What is no payment of ours is somebody else's who has the same account. */
static bool take_any_news(void *with, const struct payment_news *news)
{
	const struct entering *e = with;
	const char *provider = e->config->payment_provider;
	const struct row *credit;
	struct sale sale;

	if (sale_of_payment_reference(e->db, provider, news->payment, e->now, &sale))
		return payment_enter_news(e->db, e->config, &sale, news, e->now);
	credit = credit_of_reference(e->db, provider, news->payment);
	return credit ? credit_enter_news(e->db, e->config, credit, news, e->now) : db_error(e->db) == DB_OK;
}

bool payment_look_at_desks(struct db *db, const struct config *config, ms_t since, ms_t now)
{
	const struct payment_provider *provider = payment_reach(db, config->payment_provider);
	struct entering e = { .db = db, .config = config, .now = now };

	if (!provider || !provider->desk)
		return db_error(db) == DB_OK;
	return provider->desk(config, NULL, since, take_any_news, &e);
}
