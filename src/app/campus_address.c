/* A code is what one types or a link has, whichever; 59 bits of it, so that nobody need be signed in to show it, and none is found by
 * trying. Whose it is says its row, so it is as good on another device. */
#include "app/campus_address.h"
#include "rules/keys.h"
#include "rules/price.h"
#include "store/account_token.h"
#include "store/outbox.h"
#include <string.h>

enum { CODE_LETTERS = 12, CODE_HOURS = 24 };

enum address_of address_is(const struct row *campus, const char *email)
{
	struct json_object *list =
		row_null(campus, "email_domains") ? NULL : json_tokener_parse(row_text(campus, "email_domains"));
	const size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	const char *at = strrchr(email, '@');
	enum address_of of = n ? ADDRESS_ELSEWHERE : ADDRESS_ANY;

	for (size_t i = 0; at && of == ADDRESS_ELSEWHERE && i < n; i++)
		if (!strcasecmp(json_object_get_string(json_object_array_get_idx(list, i)), at + 1))
			of = ADDRESS_OWN;
	json_object_put(list);
	return of;
}

bool address_vouches(const struct row *campus, const char *email)
{
	return campus && row_is(campus, "registration", "domain") && address_is(campus, email) == ADDRESS_OWN;
}

void address_ask(struct request *rq, const struct row *account, const char *email, bool listed)
{
	const struct tongue *tongue = tongue_for(rq, row_text(account, "locale"));
	const struct account_token token = { .purpose = "email",
					     .account_id = row_int(account, "id"),
					     .email = email,
					     .payload = listed ? "{\"listed\":true}" : NULL };
	const ms_t until = rq->now + CODE_HOURS * MS_HOUR;
	struct message message = { .channel = "mail", .to = email, .secret_until = until };
	char code[CODE_LETTERS + 1];
	uint8_t hash[HASH_BYTES];

	reference_make(code, CODE_LETTERS);
	hash_plain(code, CODE_LETTERS, hash);
	account_tokens_drop(rq->db, token.account_id, "email");
	account_token_insert(rq->db, hash, &token, rq->now, until);
	message.subject = tongue_say(tongue, rq->mem, "Your e-mail at %s", rq->config->name);
	message.body = tongue_say(
		tongue, rq->mem,
		"Confirm within a day that this e-mail is yours at %s, by the code %s or here: %s If you gave it to nobody there, there is nothing to do.",
		rq->config->name, code,
		talloc_asprintf(rq->mem, "%s/campus/verify-email?code=%s", rq->config->base_url, code));
	outbox_put(rq->db, rq->now, &message);
}
