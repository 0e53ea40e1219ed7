/* Argon2id's cost is the defence: 19 MiB and two passes are about 20 ms of one core here and
 * OWASP's lower bound, so a flood of sign-ins cannot take the machine's memory. Rules of
 * composition are not asked for: they make passwords guessable, not strong. What is refused is what
 * guessers try first. */
#include "rules/password.h"
#include "rules/common_passwords.h"
#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	PASSES = 2,
	MEMORY = 19 * 1024 * 1024,
	SHORTEST = 8,
	LONGEST = 128,
	LONGEST_BYTES = 4 * LONGEST,
	WORD = 4,  /* letters and more are one that digits and signs can be put around … */
	AROUND = 6 /* … which, where they are more, are what has to be guessed */
};

enum { N_COMMON = sizeof(COMMON_PASSWORDS) / sizeof(COMMON_PASSWORDS[0]) };

_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "a PHC string must fit");

/* Of no password: something to spend the usual time on where there is no account. */
static const char NOBODYS[] = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLW5vYm9keQ$"
			      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* Characters of UTF-8: bytes that do not continue one. */
static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static int by_text(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* The word in a password of small letters, without what stands around it and with letters for the signs that stand for them:
 * "p@ssw0rd2026!" is "password". Its length, 0 where there is none; at most what stands in text is written to word. */
static size_t word_in(const char *text, char word[LONGEST_BYTES + 1])
{
	static const char SIGNS[] = "@4310!5$7", LETTERS[] = "aaeioisst";
	size_t len = strlen(text), from = 0, to = len;

	while (from < to && !is_letter(text[from]))
		from++;
	while (to > from && !is_letter(text[to - 1]))
		to--;
	if (to - from < WORD || len - (to - from) > AROUND)
		return 0;
	for (size_t i = from; i < to; i++) {
		const char *sign = strchr(SIGNS, text[i]);

		word[i - from] = sign ? LETTERS[sign - SIGNS] : text[i];
	}
	return to - from;
}

/* Is it one of the list, or made of one as guessers make them? */
static bool is_common(const char *password)
{
	char lower[LONGEST_BYTES + 1], word[LONGEST_BYTES + 1], other[LONGEST_BYTES + 1];
	size_t i, len;

	for (i = 0; password[i]; i++)
		lower[i] = (char)tolower((unsigned char)password[i]);
	lower[i] = '\0';
	if (bsearch(lower, COMMON_PASSWORDS, N_COMMON, sizeof(COMMON_PASSWORDS[0]), by_text))
		return true;
	len = word_in(lower, word);
	for (i = 0; len && i < N_COMMON; i++)
		if (word_in(COMMON_PASSWORDS[i], other) == len && !memcmp(word, other, len))
			return true;
	return false;
}

/* Blanks and marks make no difference: "+1 555-0100123" is "15550100123" to a guesser too. */
static bool counts(unsigned char c)
{
	return c >= 0x80 || isalnum(c);
}

/* Is password the first len bytes of text, case and marks aside? */
static bool resembles(const char *password, const char *text, size_t len)
{
	const char *end = text + len;
	bool any = false;

	for (;;) {
		while (*password && !counts((unsigned char)*password))
			password++;
		while (text < end && !counts((unsigned char)*text))
			text++;
		if (!*password || text == end)
			return any && !*password && text == end;
		if (tolower((unsigned char)*password++) != tolower((unsigned char)*text++))
			return false;
		any = true;
	}
}

const char *password_fault(const char *password, const char *name, const char *contact)
{
	size_t length = characters(password);

	if (length < SHORTEST)
		return "Use at least 8 characters.";
	if (length > LONGEST || strlen(password) > LONGEST_BYTES)
		return "Use at most 128 characters.";
	if (is_common(password))
		return "This password is among the first that others would try. Choose another.";
	if (name && resembles(password, name, strlen(name)))
		return "Do not use your name as the password.";
	/* An address as a whole, or what stands before its @. */
	if (contact &&
	    (resembles(password, contact, strlen(contact)) || resembles(password, contact, strcspn(contact, "@"))))
		return "Do not use your mobile number or e-mail as the password.";
	return NULL;
}

bool password_hash(const char *password, char out[PASSWORD_HASH_SIZE])
{
	return crypto_pwhash_str_alg(out, password, strlen(password), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) ==
	       0;
}

bool password_matches(const char *hash, const char *password)
{
	bool known = hash && *hash;
	bool right = crypto_pwhash_str_verify(known ? hash : NOBODYS, password, strlen(password)) == 0;

	return known && right;
}

bool password_stale(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY) != 0;
}
