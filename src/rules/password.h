#ifndef RULES_PASSWORD_H
#define RULES_PASSWORD_H
/* Passwords: Argon2id (RFC 9106) through libsodium, t=2, 19 MiB, as a PHC string. */
#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_HASH_SIZE = 128 };

/* NULL when password may be used, else a sentence for its owner: 8 to 128 characters, not among the commonest, not the
 * mobile number, e-mail or name (any may be NULL). No rules of composition. */
const char *password_fault(const char *password, const char *name, const char *contact);
bool password_hash(const char *password, char out[PASSWORD_HASH_SIZE]);
/* Takes as long for hash NULL (no such account) as for a wrong password. */
bool password_matches(const char *hash, const char *password);
/* Made with other parameters than today's? */
bool password_stale(const char *hash);

#endif
