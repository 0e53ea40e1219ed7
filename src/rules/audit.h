#ifndef RULES_AUDIT_H
#define RULES_AUDIT_H
/* A row of the audit log and its link in the hash chain. */
#include "base/clock.h"
#include "rules/keys.h"

struct audit_entry {
	ms_t at;
	int64_t account_id; /* 0: nobody signed in */
	const char *role, *action, *noun;
	int64_t noun_id;
	const char *before_json, *after_json; /* NULL: none */
	const char *ip, *request_id;
};

/* The link of row id at place seq (from 1): BLAKE2b-256 over the hash before and every value of the
 * row, numbers as 8 bytes big-endian, texts behind their length, so that no two rows read alike. */
void audit_hash(const uint8_t before[HASH_BYTES], int64_t seq, int64_t id, const struct audit_entry *entry,
		uint8_t out[HASH_BYTES]);

#endif
