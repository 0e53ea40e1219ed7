/* What a request's head says, made safe to use: the path decoded once and clean, the client's
 * address behind our own proxies but never behind a stranger's word, and cookies. */
#include "base/list.h"
#include "base/uuid.h"
#include "http/input.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_COOKIES = 100, MAX_ADDRESS = 64 };

static bool has_controls(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			return true;
	return false;
}

const char *head_path(TALLOC_CTX *ctx, const char *uri)
{
	size_t len;
	long n;
	char *path;

	if (strncasecmp(uri, "http://", 7) == 0 || strncasecmp(uri, "https://", 8) == 0) {
		uri = strchr(uri, ':') + 3;
		uri += strcspn(uri, "/?");
	}
	if (*uri != '/')
		return NULL;
	len = strcspn(uri, "?#");
	path = talloc_size(ctx, len + 1);
	if (!path)
		abort();
	n = percent_decode(uri, len, false, path);
	if (n >= 0 && !has_controls(path, (size_t)n) && utf8_valid(path, (size_t)n))
		return path;
	talloc_free(path);
	return NULL;
}

/* The address in its one usual spelling, so that a rate limit cannot be passed by another one. What a socket of both kinds
 * says of IPv4 (::ffff:192.0.2.1) is that IPv4: as IPv6 all of them would lie in one /64, and be one caller. */
static bool read_address(const char *text, size_t len, char out[MAX_ADDRESS])
{
	char copy[MAX_ADDRESS];
	unsigned char bytes[16];
	int family;

	if (!len || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	family = strchr(copy, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, copy, bytes) != 1)
		return false;
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)bytes))
		return inet_ntop(AF_INET, bytes + 12, out, MAX_ADDRESS);
	return inet_ntop(family, bytes, out, MAX_ADDRESS);
}

const char *head_client(TALLOC_CTX *ctx, const char *remote, const char *forwarded, const char *proxies)
{
	char at[MAX_ADDRESS] = "";
	const char *end = forwarded ? forwarded + strlen(forwarded) : NULL;

	read_address(remote, strlen(remote), at);
	while (end && end > forwarded && list_has(proxies, ',', at)) {
		const char *hop = end;

		while (hop > forwarded && hop[-1] != ',')
			hop--;
		end = hop > forwarded ? hop - 1 : forwarded;
		hop += strspn(hop, " \t");
		if (!read_address(hop, strcspn(hop, " \t,"), at))
			break;
	}
	return talloc_strdup(ctx, at);
}

/* A site on https whose web server was asked without TLS: somebody before it takes the TLS off. Named or not, that makes no
 * difference to what a browser may be told. */
void head_peer(struct http *http, const struct peer *peer, const struct config *config)
{
	const char *at = head_client(http, peer->address, NULL, "");
	bool site = !strncmp(config->base_url, "https://", 8), named = list_has(config->proxies, ',', at);
	bool says = *peer->for_whom || *peer->how;

	http->ip = head_client(http, peer->address, peer->for_whom, config->proxies);
	http->https = site || peer->tls || (named && !strcasecmp(peer->how, "https"));
	http->relayed = !named && ((site && !peer->tls && !*config->proxies) || (says && head_inner(at)));
}

bool head_inner(const char *ip)
{
	unsigned char b[16];

	if (inet_pton(AF_INET, ip, b) == 1)
		return b[0] == 127 || b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) ||
		       (b[0] == 192 && b[1] == 168);
	if (inet_pton(AF_INET6, ip, b) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)b)) {
		char four[INET_ADDRSTRLEN];

		return inet_ntop(AF_INET, b + 12, four, sizeof(four)) && head_inner(four);
	}
	return IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)(const void *)b) || (b[0] & 0xFE) == 0xFC ||
	       (b[0] == 0xFE && (b[1] & 0xC0) == 0x80);
}

char *http_request_id(const char *theirs, char out[HTTP_ID_SIZE])
{
	size_t len = theirs ? strlen(theirs) : 0;
	uint8_t bytes[UUID_BYTES];

	if (len && len < HTTP_ID_SIZE &&
	    strspn(theirs, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:") == len)
		return memcpy(out, theirs, len + 1);
	uuid_name(bytes);
	return uuid_text(bytes, out);
}

struct json_object *head_cookies(const char *header)
{
	struct json_object *cookies = json_object_new_object();
	const char *pair;
	size_t len;

	while (header && (pair = list_next(&header, ';', &len)) && json_object_object_length(cookies) < MAX_COOKIES) {
		const char *equals = memchr(pair, '=', len);
		size_t value_len;
		char name[100];

		if (!equals || equals == pair || (size_t)(equals - pair) >= sizeof(name) || !utf8_valid(pair, len))
			continue;
		memcpy(name, pair, (size_t)(equals - pair));
		name[equals - pair] = '\0';
		value_len = len - (size_t)(equals - pair) - 1;
		if (!json_object_object_get_ex(cookies, name, NULL))
			json_object_object_add(cookies, name, json_object_new_string_len(equals + 1, (int)value_len));
	}
	return cookies;
}
