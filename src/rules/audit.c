/* Length-prefixed, so that "ab" + "c" and "a" + "bc" are two different rows to the chain. */
#include "rules/audit.h"
#include <sodium.h>
#include <string.h>

static void add_number(crypto_generichash_state *state, int64_t number)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
	crypto_generichash_update(state, bytes, sizeof(bytes));
}

/* NULL has a length that no text has. */
static void add_text(crypto_generichash_state *state, const char *text)
{
	add_number(state, text ? (int64_t)strlen(text) : -1);
	if (text)
		crypto_generichash_update(state, (const uint8_t *)text, strlen(text));
}

void audit_hash(const uint8_t before[HASH_BYTES], int64_t seq, int64_t id, const struct audit_entry *entry,
		uint8_t out[HASH_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, before, HASH_BYTES);
	add_number(&state, seq);
	add_number(&state, id);
	add_number(&state, entry->at);
	add_number(&state, entry->account_id);
	add_text(&state, entry->role);
	add_text(&state, entry->action);
	add_text(&state, entry->noun);
	add_number(&state, entry->noun_id);
	add_text(&state, entry->before_json);
	add_text(&state, entry->after_json);
	add_text(&state, entry->ip);
	add_text(&state, entry->request_id);
	crypto_generichash_final(&state, out, HASH_BYTES);
}
