/* The site's one secret is read once and kept, with the keys derived from it, for the life of the
 * process: they are constants of the installation, needed deep inside pure functions, and passing
 * them through every call would only copy secrets about. Everything cryptographic is libsodium's. */
#include "rules/keys.h"
#include "base/file.h"
#include "base/uuid.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USES = KEY_PRINT + 1, TEXT_LEN = 2 * KEY_BYTES, NONCE = SEAL_EXTRA - 16 };

_Static_assert(NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "a sealed secret begins with its nonce");
_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES, "keys of libsodium's size");

static bool loaded;
static uint8_t keys[USES][KEY_BYTES];

/* A new name is only safe once its directory is on disk. */
static bool sync_directory(const char *path)
{
	char copy[PATH_MAX];
	bool done;
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = fsync(fd) == 0;
	close(fd);
	return done;
}

/* Written under a name of its own and then linked: of two that start at once one wins, the other
 * reads the winner's, and nobody ever sees half a key. */
static bool make_file(const char *path)
{
	uint8_t secret[KEY_BYTES];
	char text[TEXT_LEN + 2], unique[17], beside[PATH_MAX];
	bool done;
	int fd;

	random_bytes(secret, 8);
	if ((size_t)snprintf(beside, sizeof(beside), "%s.%s", path, hex_text(secret, 8, unique)) >= sizeof(beside))
		return false;
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	random_bytes(secret, sizeof(secret));
	hex_text(secret, sizeof(secret), text);
	text[TEXT_LEN] = '\n';
	done = write_all(fd, text, TEXT_LEN + 1) && fsync(fd) == 0;
	done = close(fd) == 0 && done;
	done = done && (link(beside, path) == 0 || errno == EEXIST);
	unlink(beside);
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
	return done && sync_directory(path);
}

/* Reads what stands in fd into text, at most size - 1 bytes. */
static size_t read_text(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < size - 1 && n != 0) {
		n = read(fd, text + len, size - 1 - len);
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	return len;
}

static void derive_all(const uint8_t secret[KEY_BYTES])
{
	for (uint64_t use = 1; use < USES; use++)
		crypto_kdf_derive_from_key(keys[use], KEY_BYTES, use, "gatehous", secret);
	loaded = true;
}

static const char *load_from(int fd)
{
	uint8_t secret[KEY_BYTES];
	char text[TEXT_LEN + 8];
	struct stat st;
	bool good;
	size_t len;

	if (fstat(fd, &st) != 0)
		return "the key file cannot be read";
	if (st.st_mode & S_IRWXO)
		return "the key file is open to everyone: chmod 600 it";
	len = read_text(fd, text, sizeof(text));
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
		text[--len] = '\0';
	good = hex_parse(text, secret, KEY_BYTES);
	if (good)
		derive_all(secret);
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
	return good ? NULL : "the key file does not hold 64 hex digits";
}

bool keys_load(const char *path, bool make, const char **error)
{
	int fd;

	if (sodium_init() < 0) {
		*error = "libsodium cannot start";
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && make) {
		if (!make_file(path)) {
			*error = "the key file cannot be made";
			return false;
		}
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0) {
		*error = errno == ENOENT ? "there is no key file: gatehouse migrate makes it"
					 : "the key file cannot be opened";
		return false;
	}
	*error = load_from(fd);
	close(fd);
	return *error == NULL;
}

const uint8_t *key_of(enum key_use use)
{
	assert(loaded && use > 0 && (int)use < USES);
	return keys[use];
}

char *keys_fingerprint(char out[FINGERPRINT_SIZE])
{
	static const char NAME[] = "site key";
	uint8_t hash[HASH_BYTES];

	hash_keyed(KEY_PRINT, NAME, sizeof NAME, hash);
	return hex_text(hash, (FINGERPRINT_SIZE - 1) / 2, out);
}

void hash_keyed(enum key_use use, const void *data, size_t len, uint8_t out[HASH_BYTES])
{
	crypto_generichash(out, HASH_BYTES, data, len, key_of(use), KEY_BYTES);
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

bool unseal(const uint8_t *sealed, size_t len, uint8_t *out)
{
	if (len < SEAL_EXTRA)
		return false;
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed + NONCE, len - NONCE, NULL, 0, sealed,
							  key_of(KEY_SEAL)) == 0;
}
