/* A card's holder puts money on it. What is sent again by its key goes on with the payment that it began, whoever lived to answer it. */
#include "app/actions/card.h"
#include "app/credit.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include "store/card.h"
#include "store/credit.h"
#include <string.h>

const struct field CARD_RELOAD[] = {
	{ "amount", F_MONEY, .required = true, .min = 1,
	  .help = "What is put on it, in minor units of the card's currency" },
	{ "currency", F_CURRENCY, .help = "When given, it must be the card's" },
	{ "method", F_CHOICE, .choices = "card", .otherwise = "card", .help = "How it is paid" },
	{ "card_token", F_TEXT, .max = 200, .help = "The provider's token for the card that pays" },
	{ "hosted", F_BOOL, .help = "On the provider's own page, which comes back to the card's page here" },
	FIELDS_END,
};

static bool may_reload(struct request *rq, const struct row *card)
{
	if (!card)
		refuse(rq, 404, "CARD_NOT_FOUND", "There is no such card.");
	else if (!row_is(card, "status", "active"))
		refuse(rq, 409, "CARD_NOT_ACTIVE", "This card is %s.", said_to(rq, row_text(card, "status")));
	if (refused(rq))
		return false;
	if (field_text(rq, "currency") && !row_is(card, "currency", field_text(rq, "currency")))
		field_fault(rq, "currency", "What is on this card is %s.", row_text(card, "currency"));
	else if (row_int(card, "balance") + field_int(rq, "amount") > rq->config->card_most)
		field_fault(rq, "amount", "So much may not be on a card.");
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq) && payment_can_be_made(rq);
}

/* A payment's uuid: of a request with an idempotency key the same whenever it comes, so that what its worker began and did not live to
 * answer is found. n: of those that were declined under the key before. */
static void name_payment(const struct request *rq, uint8_t n, uint8_t uuid[UUID_BYTES])
{
	uint8_t named[HASH_BYTES + sizeof rq->who.account_id + 1], hash[HASH_BYTES];

	if (!rq->key) {
		uuid_make(uuid);
		return;
	}
	memcpy(named, rq->key, HASH_BYTES);
	memcpy(named + HASH_BYTES, &rq->who.account_id, sizeof rq->who.account_id);
	named[sizeof named - 1] = n;
	hash_plain(named, sizeof named, hash);
	memcpy(uuid, hash, UUID_BYTES);
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x80); /* RFC 9562, version 8: our own */
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

/* What was begun under that name, unless so long ago that the key means another. */
static const struct row *begun_before(struct request *rq, const uint8_t uuid[UUID_BYTES])
{
	char text[UUID_SIZE];
	const struct row *payment =
		db_last(rq->db) == DB_DUPLICATE ? credit_of_payment_uuid(rq->db, uuid_text(uuid, text)) : NULL;

	return payment && rq->now - row_time(payment, "created_at") < MS_DAY ? payment : NULL;
}

/* POST users/nfc-cards/:id/reload/. */
int card_reload(struct request *rq)
{
	const struct row *card = card_of_customer(rq->db, rq->who.role_id, path_id(rq, "id"));

	if (!may_reload(rq, card))
		return ANSWERED;
	for (uint8_t n = 0; n < UINT8_MAX; n++) {
		uint8_t uuid[UUID_BYTES];
		const struct row *payment;
		struct payment_answer answer = { 0 };
		enum settled settled;

		name_payment(rq, n, uuid);
		payment = credit_start_reload(rq->db, uuid, rq->who.role_id, row_int(card, "id"),
					      field_int(rq, "amount"), rq->config->payment_provider, rq->now);
		if (payment)
			return credit_pay(rq, payment);
		if (db_last(rq->db) != DB_DUPLICATE)
			break;
		payment = begun_before(rq, uuid);
		settled = payment ? credit_ask(rq->db, rq->config, &payment, rq->now, &answer) : SETTLED_DECLINED;
		if (settled != SETTLED_DECLINED)
			return credit_answer(rq, payment, settled, &answer);
	}
	return payment_refuse_start(rq);
}
