/* Outgoing webhooks in the back office. A secret is kept sealed and said once, when it is made; whoever lost it makes another, and the
 * one before it signs beside it for a day, so that a receiver can change over without missing anything. */
#include "app/webhook.h"
#include "app/identity.h"
#include "app/resource.h"
#include "app/site_key.h"
#include "base/tongue.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include "rules/webhook.h"
#include "store/outbox.h"
#include "store/webhook.h"
#include <string.h>

/* ---- addresses ---- */

const char *webhook_url_rule(const struct request *rq, const char *text)
{
	const char *host = strstr(text, "://");
	size_t len;

	if (strncmp(text, "https://", 8) && !(rq->config->webhook_http && !strncmp(text, "http://", 7)))
		return rq->config->webhook_http ? SAID("Give an address that begins with https:// or http://.")
						: SAID("Give an address that begins with https://.");
	host += 3;
	len = strcspn(host, "/?#");
	if (!len || memchr(host, '@', len) || strpbrk(text, " #\\\"<>"))
		return SAID("Give an address without a name, a password or a fragment in it.");
	return NULL;
}

/* ---- what one is told ---- */

static const char *const EVENTS[] = { "order_paid",	    "order_refunded", "refund_failed",
				      "ticket_transferred", "ticket_scanned", "payout_paid" };
enum { N_EVENTS = sizeof EVENTS / sizeof *EVENTS };

static const struct resource *webhooks(void)
{
	return resource_named(NULL, "webhooks");
}

static bool told_after(struct request *rq, const char *event, const struct row *row)
{
	if (field_given(rq, event) || !row || field_cleared(rq, event))
		return field_bool(rq, event);
	return row_bool(row, event);
}

void webhook_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? resource_row(rq, webhooks(), id) : NULL;
	bool any = false;

	for (size_t i = 0; i < N_EVENTS; i++)
		any |= told_after(rq, EVENTS[i], row);
	if (!any)
		field_fault(rq, EVENTS[0], "Choose at least one event.");
	/* Whoever says where it goes says who hears of everything. */
	fresh_or_refuse(rq);
}

/* ---- secrets ---- */

/* Makes one, and says it: this once. */
static bool give_secret(struct request *rq, int64_t id)
{
	uint8_t secret[WEBHOOK_SECRET], sealed[WEBHOOK_SECRET + SEAL_EXTRA];
	char text[WEBHOOK_SECRET_TEXT];

	random_bytes(secret, sizeof secret);
	seal(secret, sizeof secret, sealed);
	if (!webhook_secret_set(rq->db, id, sealed, sizeof sealed, rq->now + WEBHOOK_OLD_SECRET, rq->now)) {
		site_key_missing(rq);
		return false;
	}
	answer_text(rq->data, "secret", webhook_secret_text(secret, text));
	memset(secret, 0, sizeof secret);
	return true;
}

void webhook_made(struct request *rq, int64_t id)
{
	if (give_secret(rq, id))
		webhook_begin(rq->db, id, rq->now);
}

void webhook_roll_also(struct request *rq, const struct row *row)
{
	if (fresh_or_refuse(rq))
		give_secret(rq, row_int(row, "id"));
}

/* ---- on and off ---- */

void webhook_enable_also(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "active"))
		return;
	if (row_null(row, "secret_at"))
		refuse(rq, 409, "NO_SECRET", "It has no secret. Make a new one first.");
	else
		webhook_begin(rq->db, row_int(row, "id"), rq->now);
}

void webhook_disable_also(struct request *rq, const struct row *row)
{
	webhook_rest(rq->db, row_int(row, "id"), "hand");
}

/* ---- sent by hand ---- */

void webhook_ping_also(struct request *rq, const struct row *row)
{
	delivery_test(rq->db, row_int(row, "id"), rq->now);
}

void webhook_replay_also(struct request *rq, const struct row *row)
{
	if (deliveries_anew(rq->db, row_int(row, "id"), field_time(rq, "failed_since"), rq->now) == 0)
		refuse(rq, 409, "NOTHING_FAILED", "No delivery failed since then that was not sent anew.");
}

void delivery_replay_also(struct request *rq, const struct row *row)
{
	if (!delivery_anew(rq->db, row_int(row, "id"), rq->now) && db_error(rq->db) == DB_OK)
		refuse(rq, 409, "WEBHOOK_GONE", "Its webhook was deleted.");
}

/* ---- off by itself ---- */

void webhook_tell_off(struct db *db, const struct config *config, int64_t id, const char *because, ms_t now)
{
	const struct rows *readers = webhook_keepers(db);
	const char *url = webhook_url(db, id);
	TALLOC_CTX *mem = talloc_new(NULL);

	for (size_t i = 0; i < readers->n; i++) {
		struct row reader = row_at(readers, i);
		const struct tongue *theirs = tongue_named(row_text(&reader, "locale"));
		const struct tongue *tongue = theirs ? theirs : tongue_named(config->locale);
		const char *format =
			!strcmp(because, "gone")
				? SAID("%s answered that it is gone, so it is told nothing more. See %s/admin/webhooks/%lld")
				: SAID("%s took nothing for three days, so it is told nothing more. See %s/admin/webhooks/%lld");

		outbox_add(db, now, "mail", row_text(&reader, "email"),
			   tongue_say(tongue, mem, "A webhook was switched off"),
			   tongue_say(tongue, mem, format, url, config->base_url, (long long)id));
	}
	talloc_free(mem);
}
