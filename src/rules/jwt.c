/* Only tokens that we made are taken, and we make one kind. So the header is compared as it stands,
 * which leaves no algorithm for a client to choose, and nothing of a token is parsed before its
 * signature was found right. */
#include "rules/jwt.h"
#include "base/list.h"
#include "base/role.h"
#include "rules/keys.h"
#include <assert.h>
#include <errno.h>
#include <json-c/json.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* base64url of {"alg":"HS256","typ":"JWT"} and the dot behind it. */
static const char HEADER[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

enum {
	HEADER_LEN = sizeof(HEADER) - 1,
	SIGNATURE = crypto_auth_hmacsha256_BYTES,
	SIGNATURE_LEN = 43, /* of 32 bytes in base64url */
	CLAIMS_MAX = 2950,
	CLOCKS_APART = 60 /* seconds that two nodes' clocks may differ */
};

_Static_assert(HEADER_LEN + 4 * (CLAIMS_MAX + 2) / 3 + 1 + SIGNATURE_LEN < JWT_SIZE, "a token must fit");

/* "customer" → "customer_id"; staff are one kind of profile. */
static const char *id_name(const char *role, char out[24])
{
	snprintf(out, 24, "%s_id", list_has(STAFF_CHOICES, ',', role) ? "admin" : role);
	return out;
}

static void put_int(struct json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static void put_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

/* The code point that UTF-8 text begins with, and its length. */
static uint32_t point_at(const unsigned char *s, size_t *len)
{
	*len = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	switch (*len) {
	case 1:
		return s[0];
	case 2:
		return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
	case 3:
		return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
	default:
		return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 | (uint32_t)(s[2] & 0x3F) << 6 |
		       (s[3] & 0x3F);
	}
}

/* Writes JSON with escapes for all that atob() or base64url without its own two signs cannot carry. Such signs stand in strings
 * only. How long it is; 0: longer than CLAIMS_MAX. */
static size_t escape(const char *json, char out[CLAIMS_MAX + 1])
{
	size_t n = 0, len;

	for (const unsigned char *s = (const unsigned char *)json; *s; s += len) {
		uint32_t point = point_at(s, &len);

		if (n + 12 > CLAIMS_MAX)
			return 0;
		if (point < 0x7F && !strchr(">?~", (int)point))
			out[n++] = (char)point;
		else if (point < 0x10000)
			n += (size_t)snprintf(out + n, 7, "\\u%04x", (unsigned)point);
		else
			n += (size_t)snprintf(out + n, 13, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (point >> 10)),
					      (unsigned)(0xDC00 + (point & 0x3FF)));
	}
	out[n] = '\0';
	return n;
}

char *jwt_make(const struct claims *claims, ms_t now, char out[JWT_SIZE])
{
	struct json_object *object = json_object_new_object();
	uint8_t signature[SIGNATURE];
	char number[24], name[24], text[CLAIMS_MAX + 1];
	size_t len;

	/* A subject is a string (RFC 7519 §4.1.2). */
	snprintf(number, sizeof(number), "%lld", (long long)claims->account_id);
	put_text(object, "sub", number);
	put_text(object, "role", claims->role);
	if (claims->role_id)
		put_int(object, id_name(claims->role, name), claims->role_id);
	if (claims->event_id)
		put_int(object, "event_id", claims->event_id);
	put_int(object, "sid", claims->session_id);
	put_int(object, "iat", now / MS_SECOND);
	put_int(object, "exp", claims->expires / MS_SECOND);
	put_text(object, "iss", "gatehouse");
	put_text(object, "aud", claims->audience);
	if (claims->user)
		json_object_object_add(object, "user", json_object_get(claims->user));
	len = escape(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
		     text);
	json_object_put(object);
	out[0] = '\0';
	if (!len)
		return out;
	memcpy(out, HEADER, HEADER_LEN);
	base64url(text, len, out + HEADER_LEN);
	len = strlen(out);
	crypto_auth_hmacsha256(signature, (const uint8_t *)out, len, key_of(KEY_JWT));
	out[len] = '.';
	base64url(signature, sizeof(signature), out + len + 1);
	return out;
}

struct signed_text {
	const char *text;
	size_t len;
	uint8_t signature[SIGNATURE];
};

static bool is_signature(const uint8_t key[KEY_BYTES], void *with)
{
	const struct signed_text *s = with;
	uint8_t right[SIGNATURE];

	crypto_auth_hmacsha256(right, (const uint8_t *)s->text, s->len, key);
	return same_bytes(s->signature, right, SIGNATURE);
}

/* The token's claims part once its signature was found right, else NULL. */
static const char *signed_part(const char *token, size_t *len)
{
	struct signed_text said = { .text = token };
	size_t given_len, token_len = strnlen(token, JWT_SIZE);
	const char *dot;

	if (token_len >= JWT_SIZE || strncmp(token, HEADER, HEADER_LEN) != 0)
		return NULL;
	dot = strchr(token + HEADER_LEN, '.');
	if (!dot || !base64url_read(dot + 1, strlen(dot + 1), said.signature, SIGNATURE, &given_len) ||
	    given_len != SIGNATURE)
		return NULL;
	said.len = (size_t)(dot - token);
	if (!key_fits(KEY_JWT, is_signature, &said))
		return NULL;
	*len = (size_t)(dot - token) - HEADER_LEN;
	return token + HEADER_LEN;
}

static bool is_text(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value = json_object_object_get(object, key);

	return json_object_is_type(value, json_type_string) && strcmp(json_object_get_string(value), text) == 0;
}

/* A whole number from 0; a missing one is otherwise, which is below 0 where it must be there. */
static bool take_int(struct json_object *object, const char *key, int64_t otherwise, int64_t *out)
{
	struct json_object *value = json_object_object_get(object, key);

	if (value && !json_object_is_type(value, json_type_int))
		return false;
	*out = value ? json_object_get_int64(value) : otherwise;
	return *out >= 0;
}

static bool take_subject(struct json_object *object, int64_t *out)
{
	struct json_object *value = json_object_object_get(object, "sub");
	const char *text;
	char *end;

	if (!json_object_is_type(value, json_type_string))
		return false;
	text = json_object_get_string(value);
	errno = 0;
	*out = strtoll(text, &end, 10);
	return end != text && !*end && !errno && *out > 0;
}

static bool take_claims(struct json_object *object, const char *audience, ms_t now, struct claims *claims)
{
	struct json_object *role = json_object_object_get(object, "role");
	int64_t issued, expires;
	char name[24];

	if (!is_text(object, "iss", "gatehouse") || !is_text(object, "aud", audience))
		return false;
	if (!json_object_is_type(role, json_type_string) ||
	    (size_t)json_object_get_string_len(role) >= sizeof(claims->role))
		return false;
	snprintf(claims->role, sizeof(claims->role), "%s", json_object_get_string(role));
	if (!take_subject(object, &claims->account_id) ||
	    !take_int(object, id_name(claims->role, name), 0, &claims->role_id) ||
	    !take_int(object, "event_id", 0, &claims->event_id) || !take_int(object, "sid", -1, &claims->session_id) ||
	    !take_int(object, "iat", -1, &issued) || !take_int(object, "exp", -1, &expires))
		return false;
	if (issued > now / MS_SECOND + CLOCKS_APART || expires > INT64_MAX / MS_SECOND)
		return false;
	claims->expires = expires * MS_SECOND;
	return true;
}

enum jwt_fault jwt_read(const char *token, const char *audience, ms_t now, struct claims *claims)
{
	struct json_object *object;
	uint8_t json[CLAIMS_MAX + 1];
	const char *part;
	size_t len;
	bool good;

	memset(claims, 0, sizeof(*claims));
	part = signed_part(token, &len);
	if (!part || !base64url_read(part, len, json, CLAIMS_MAX, &len))
		return JWT_INVALID;
	json[len] = '\0';
	object = json_tokener_parse((const char *)json);
	good = json_object_is_type(object, json_type_object) && take_claims(object, audience, now, claims);
	json_object_put(object);
	if (!good)
		return JWT_INVALID;
	return now < claims->expires ? JWT_OK : JWT_EXPIRED;
}
