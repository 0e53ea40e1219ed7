/* The site's secrets are read once and kept, with the keys derived from them, for the life of the process: they are constants
 * of the installation, needed deep inside pure functions, and passing them through every call would only copy secrets about.
 * Everything cryptographic is libsodium's.
 *
 * What is made, is made by the key in force; what comes is tried with all that are there, the one in force first. So a new key
 * can take over while what was made by the old one is still about. The file is looked at again once a second, and at once
 * where nothing fits: of several processes the one that has not seen the new key yet meets what another made by it. */
#include "rules/keys.h"
#include "base/log.h"
#include "base/uuid.h"
#include "rules/key_file.h"
#include <assert.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { USES = KEY_CAMPUS + 1, NONCE = SEAL_EXTRA - 16 };

_Static_assert(NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "a sealed secret begins with its nonce");
_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES && (int)SECRET_BYTES == (int)KEY_BYTES, "keys of libsodium's size");

struct key {
	ms_t from;
	char print[PRINT_SIZE];
	uint8_t of[USES][KEY_BYTES];
};

static struct {
	char path[PATH_MAX];
	struct key_lines file; /* which one was looked at last; its secrets are wiped */
	ms_t looked;	       /* on the monotonic clock */
	ms_t again;	       /* when one that could not be read is tried again; 0: it could */
	struct key key[KEY_LINES];
	unsigned n;
} site;

/* Of a use of its own, so it tells nothing of the others. */
const char *key_print_of(const uint8_t secret[KEY_BYTES], char out[PRINT_SIZE])
{
	uint8_t print[16];

	crypto_kdf_derive_from_key(print, sizeof(print), KEY_PRINT, "gatehous", secret);
	return hex_text(print, PRINT_SIZE / 2, out);
}

static void derive(struct key *key, const struct key_line *line)
{
	key->from = line->from;
	for (uint64_t use = 1; use < USES; use++)
		crypto_kdf_derive_from_key(key->of[use], KEY_BYTES, use, "gatehous", line->secret);
	key_print_of(line->secret, key->print);
}

/* Takes the file's keys in place of those that are there. */
static enum key_file load(const char **error)
{
	struct key_lines file;
	enum key_file found = key_file_read(site.path, &file, error);

	if (found != KEY_FILE_READ)
		return found;
	for (unsigned i = 0; i < file.n; i++)
		derive(&site.key[i], &file.line[i]);
	site.n = file.n;
	sodium_memzero(file.line, sizeof(file.line));
	site.file = file;
	return found;
}

bool keys_load(const char *path, bool make, const char **error)
{
	enum key_file found;

	if (sodium_init() < 0) {
		*error = "libsodium cannot start";
		return false;
	}
	snprintf(site.path, sizeof(site.path), "%s", path);
	found = load(error);
	if (found == KEY_FILE_MISSING && make) {
		if (!key_file_make(path)) {
			*error = "the key file cannot be made";
			return false;
		}
		found = load(error);
	}
	site.looked = clock_monotonic();
	return found == KEY_FILE_READ;
}

/* A file that is gone, or cannot be read, changes nothing: what is known stays
 * good, and `gatehouse doctor` says what is wrong with it. */
bool keys_look_again(void)
{
	const char *error = NULL;

	site.looked = clock_monotonic();
	if (!key_file_changed(site.path, &site.file) && !(site.again && site.looked >= site.again))
		return false;
	if (load(&error) == KEY_FILE_READ) {
		site.again = 0;
		log_info("keys_read_again", F("in_force", key_print(0)), F("keys", (int)site.n));
		return true;
	}
	site.again = site.looked + MS_MINUTE;
	log_error("keys_unreadable", F("file", site.path), F("error", error));
	return false;
}

/* The newest whose time has come. Where that of none has, the oldest. */
static unsigned in_force(void)
{
	ms_t now = clock_now();
	unsigned i = 0;

	while (i + 1 < site.n && site.key[i].from > now)
		i++;
	return i;
}

/* The i-th in the order in which they are tried: the one in force, then the others. NULL: there is none. */
static const struct key *key_at(unsigned i)
{
	unsigned first = in_force();

	if (i >= site.n)
		return NULL;
	return &site.key[i == 0 ? first : i <= first ? i - 1 : i];
}

/* When the one in force took over from it; 0: it is that one, or comes later. */
static ms_t replaced_at(const struct key *key)
{
	unsigned at = (unsigned)(key - site.key);

	return at <= in_force() ? 0 : site.key[at - 1].from;
}

const char *key_print(unsigned i)
{
	const struct key *key = key_at(i);

	return key ? key->print : NULL;
}

ms_t key_from(unsigned i)
{
	const struct key *key = key_at(i);

	return key ? key->from : 0;
}

const uint8_t *key_of(enum key_use use)
{
	assert(site.n && use > 0 && (int)use < USES);
	if (clock_monotonic() - site.looked >= MS_SECOND)
		keys_look_again();
	return key_at(0)->of[use];
}

/* What clients hold is of an old key only so long; what is kept sealed is opened as long as there is a key to it. */
static bool reads(const struct key *key, enum key_use use)
{
	ms_t replaced = replaced_at(key);

	return use == KEY_SEAL || !replaced || clock_now() < replaced + KEY_READ_DAYS * MS_DAY;
}

bool key_fits(enum key_use use, bool (*fits)(const uint8_t key[KEY_BYTES], void *with), void *with)
{
	const struct key *key;

	assert(site.n && use > 0 && (int)use < USES);
	do
		for (unsigned i = 0; (key = key_at(i)); i++)
			if (reads(key, use) && fits(key->of[use], with))
				return true;
	while (keys_look_again());
	return false;
}

void hash_keyed(enum key_use use, const void *data, size_t len, uint8_t out[HASH_BYTES])
{
	crypto_generichash(out, HASH_BYTES, data, len, key_of(use), KEY_BYTES);
}

struct hashed {
	const void *data, *hash;
	size_t len, hash_len;
};

static bool is_hash(const uint8_t key[KEY_BYTES], void *with)
{
	const struct hashed *h = with;
	uint8_t hash[HASH_BYTES];

	crypto_generichash(hash, HASH_BYTES, h->data, h->len, key, KEY_BYTES);
	return same_bytes(hash, h->hash, h->hash_len);
}

bool hash_fits(enum key_use use, const void *data, size_t len, const void *hash, size_t hash_len)
{
	struct hashed h = { .data = data, .hash = hash, .len = len, .hash_len = hash_len };

	assert(hash_len > 0 && hash_len <= HASH_BYTES);
	return key_fits(use, is_hash, &h);
}

bool hash_text_fits(enum key_use use, const void *data, size_t len, const char *text)
{
	uint8_t hash[HASH_BYTES];
	size_t hash_len;

	return base64url_read(text, strlen(text), hash, sizeof(hash), &hash_len) && hash_len == sizeof(hash) &&
	       hash_fits(use, data, len, hash, sizeof(hash));
}

void hash_plain(const void *data, size_t len, uint8_t out[HASH_BYTES])
{
	crypto_generichash(out, HASH_BYTES, data, len, NULL, 0);
}

bool same_bytes(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

char *token_make(char out[TOKEN_SIZE])
{
	uint8_t bytes[32];

	random_bytes(bytes, sizeof(bytes));
	return base64url(bytes, sizeof(bytes), out);
}

char *base64url(const void *bytes, size_t len, char *out)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

	return sodium_bin2base64(out, sodium_base64_encoded_len(len, variant), bytes, len, variant);
}

/* 0 to 63, or -1. */
static int digit_of(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Our own, for libsodium's reader hides its text from timing, which made it a seventh of a scan, and takes some bytes
 * beyond ASCII for letters: two texts would be one token. What is read here is what a client sent, no secret to it. */
bool base64url_read(const char *text, size_t text_len, uint8_t *out, size_t size, size_t *len)
{
	uint32_t held = 0;
	unsigned bits = 0;

	*len = 0;
	for (size_t i = 0; i < text_len; i++) {
		int digit = digit_of((unsigned char)text[i]);

		if (digit < 0)
			return false;
		held = held << 6 | (uint32_t)digit;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (*len == size)
			return false;
		out[(*len)++] = (uint8_t)(held >> bits);
	}
	/* No lone last character, and no stray bits in it. */
	return bits < 6 && !(held & ((1u << bits) - 1));
}

void seal(const void *plain, size_t len, uint8_t *out)
{
	random_bytes(out, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, plain, len, NULL, 0, NULL, out, key_of(KEY_SEAL));
}

struct sealed {
	const uint8_t *bytes;
	size_t len;
	uint8_t *out;
};

static bool opens(const uint8_t key[KEY_BYTES], void *with)
{
	const struct sealed *s = with;

	return crypto_aead_xchacha20poly1305_ietf_decrypt(s->out, NULL, NULL, s->bytes + NONCE, s->len - NONCE, NULL, 0,
							  s->bytes, key) == 0;
}

bool unseal(const uint8_t *sealed, size_t len, uint8_t *out)
{
	struct sealed s = { .bytes = sealed, .len = len, .out = out };

	return len >= SEAL_EXTRA && key_fits(KEY_SEAL, opens, &s);
}

bool sealed_now(const uint8_t *sealed, size_t len, uint8_t *out)
{
	struct sealed s = { .bytes = sealed, .len = len, .out = out };

	return len >= SEAL_EXTRA && opens(key_of(KEY_SEAL), &s);
}
