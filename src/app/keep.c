/* Kept cards. A row is committed before the provider is called, and what it calls it is kept before anybody is led there, so that
 * whatever happens to this process the job finds out what was chosen. */
#include "app/keep.h"
#include "app/payment.h"
#include "app/refund.h"
#include "base/tongue.h"
#include "base/uuid.h"
#include "store/keep.h"
#include <string.h>

struct taking {
	struct db *db;
	const struct row *keep;
	const struct payment_kept *kept;
	ms_t now;
};

static bool take(void *with)
{
	struct taking *t = with;

	return keep_take(t->db, t->keep,
			 &(struct keep_card){ row_text(t->keep, "provider"), t->kept->payer, t->kept->token,
					      t->kept->shown },
			 t->now);
}

/* Brings it to what the provider answered. */
static enum payment_state settle(struct db *db, const struct row *keep, const struct payment_kept *kept, ms_t now)
{
	struct taking taking = { db, keep, kept, now };

	if (kept->state == PAY_SUCCEEDED && !db_transaction(db, take, NULL, &taking)) {
		if (db_error(db) != DB_OK)
			return PAY_UNKNOWN;
		/* Somebody was quicker, or the card was blocked meanwhile. */
		keep = keep_get(db, row_int(keep, "id"));
		if (keep && row_is(keep, "status", "done"))
			return PAY_SUCCEEDED;
		if (keep)
			keep_too_late(db, row_int(keep, "id"), kept->token, now);
		return PAY_DECLINED;
	}
	if (kept->state == PAY_DECLINED)
		keep_fail(db, row_int(keep, "id"), now);
	return kept->state;
}

enum payment_state keep_ask(struct db *db, const struct config *config, const struct row *keep, ms_t now)
{
	const struct payment_provider *provider = payment_reach(db, row_text(keep, "provider"));
	struct payment_kept kept;

	if (!row_is(keep, "status", "open") && !row_is(keep, "status", "failed"))
		return PAY_SUCCEEDED;
	if (!provider || !provider->kept)
		return PAY_UNKNOWN;
	/* Its call may be out: what the provider does not know yet it may know soon. */
	if (row_null(keep, "provider_ref") && now - row_time(keep, "created_at") < MS_MINUTE)
		return PAY_PENDING;
	kept = provider->kept(config, row_text(keep, "provider_ref"));
	return settle(db, keep, &kept, now);
}

void keep_back(struct request *rq, int64_t card_id)
{
	const struct rows *open = keep_open(rq->db, rq->who.role_id, card_id);

	for (size_t i = 0; i < open->n; i++) {
		struct row keep = row_at(open, i);

		if (keep_ask(rq->db, rq->config, &keep, rq->now) == PAY_SUCCEEDED)
			say(rq, "The card is reloaded by itself from now on.");
	}
}

bool keep_noticed(struct request *rq, const struct payment_notice *notice)
{
	const struct row *keep = keep_of_uuid(rq->db, notice->uuid);

	if (!keep)
		return false;
	if (keep_ask(rq->db, rq->config, keep, rq->now) == PAY_UNKNOWN) {
		rq->retry_after = 5;
		refuse(rq, 503, "PAYMENT_LATER", "Send it again later.");
	} else {
		answer_bool(rq->data, "repeated", !row_is(keep, "status", "open"));
	}
	return true;
}

/* ---- choosing ---- */

void keep_answer(struct request *rq, int64_t below, int64_t amount)
{
	bool on = below > 0;

	answer_bool(rq->data, "enabled", on);
	if (on) {
		answer_int(rq->data, "threshold", below);
		answer_int(rq->data, "amount", amount);
	} else {
		answer_text(rq->data, "threshold", NULL);
		answer_text(rq->data, "amount", NULL);
	}
}

/* What the answer is where there is a page to go to: for people the way there. */
static int lead_there(struct request *rq, const struct payment_kept *kept)
{
	struct payment_answer next = { .state = PAY_REQUIRES_ACTION };

	rq->status = 202;
	memcpy(next.url, kept->url, sizeof next.url);
	keep_answer(rq, 0, 0);
	if (payment_leads_to_provider(rq, &next))
		return ANSWERED;
	answer_next_action(rq, rq->data, &next);
	say(rq, "Choose the card that pays on the provider's page.");
	return ANSWERED;
}

static int answer_chosen(struct request *rq, const struct row *keep, const struct payment_kept *kept)
{
	switch (settle(rq->db, keep, kept, rq->now)) {
	case PAY_SUCCEEDED:
		keep_answer(rq, row_int(keep, "reload_below"), row_int(keep, "reload_amount"));
		say(rq, "The card is reloaded by itself from now on.");
		return ANSWERED;
	case PAY_REQUIRES_ACTION:
		return lead_there(rq, kept);
	case PAY_DECLINED:
		return refuse(rq, 402, "PAYMENT_DECLINED", "%s",
			      *kept->failure ? kept->failure : "The payment was declined.");
	default:
		rq->retry_after = 5;
		return refuse(rq, 503, "PAYMENT_LATER",
			      "The provider has not answered. Nothing was changed; try again.");
	}
}

int keep_choose(struct request *rq, const struct row *card, int64_t below, int64_t amount)
{
	const struct payment_provider *provider = payment_provider(rq->config->payment_provider);
	int64_t card_id = row_int(card, "id");
	const struct row *keep = keep_start(rq->db, rq->who.role_id, card_id, provider->name, below, amount, rq->now);
	struct payment_kept kept;
	char uuid[UUID_SIZE];

	if (!keep)
		return payment_refuse_start(rq);
	kept = provider->keep(rq->config,
			      &(struct payment_keep){
				      .uuid = uuid_text((const uint8_t *)row_cell(keep, "uuid")->s, uuid),
				      .payer = row_text(keep, "payer"),
				      .email = keep_email(rq->db, rq->who.role_id),
				      .locale = tongue_locale(rq->tongue),
				      .back = talloc_asprintf(rq->mem, "%s/nfc-cards/%lld/return", rq->config->base_url,
							      (long long)card_id),
				      .currency = row_text(card, "currency"),
				      .begun = rq->now,
			      },
			      field_text(rq, "card_token"));
	keep_called(rq->db, row_int(keep, "id"), kept.reference, kept.payer, rq->now);
	return answer_chosen(rq, keep, &kept);
}
