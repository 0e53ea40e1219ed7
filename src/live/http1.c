/* A head is small and comes whole but for rare cases, so it is read again from its beginning each time more of it came. */
#include "live/http1.h"
#include "base/list.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What of a head has one meaning, and what this one says of it. */
struct reading {
	TALLOC_CTX *ctx;
	struct http1 *head;
	size_t n; /* variables so far */
	const char *key, *version, *upgrade, *connection, *length, *forwarded;
	bool bad;
};

static void add(struct reading *r, char *variable)
{
	if (!variable)
		abort();
	r->head->envp[r->n++] = variable;
}

/* RFC 9110, 5.6.2. */
static bool is_token(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("!#$%&'*+-.^_`|~", text[i]))
			return false;
	return len > 0 && !memchr(text, '\0', len);
}

static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7F)
			return false;
	return true;
}

/* "GET /path HTTP/1.1". */
static bool read_line(struct reading *r, const char *line, size_t len)
{
	const char *path = memchr(line, ' ', len), *protocol;
	size_t left = path ? len - (size_t)(path - line) - 1 : 0;

	if (!path || !is_token(line, (size_t)(path - line)))
		return false;
	protocol = memchr(path + 1, ' ', left);
	if (!protocol || path[1] != '/' || !is_plain(path + 1, (size_t)(protocol - path) - 1))
		return false;
	left = len - (size_t)(protocol - line) - 1;
	if (left != 8 || memcmp(protocol + 1, "HTTP/1.", 7) || (protocol[8] != '0' && protocol[8] != '1'))
		return false;
	r->head->keeps = protocol[8] == '1';
	add(r, talloc_asprintf(r->ctx, "REQUEST_METHOD=%.*s", (int)(path - line), line));
	add(r, talloc_asprintf(r->ctx, "REQUEST_URI=%.*s", (int)(protocol - path - 1), path + 1));
	add(r, talloc_asprintf(r->ctx, "SERVER_PROTOCOL=%.8s", protocol + 1));
	return true;
}

/* One of those of which a second is a fault, for two readers may believe different ones. */
static bool note(struct reading *r, const char *name, const char *value)
{
	const struct {
		const char *name, **value;
	} ONCE[] = { { "Sec-WebSocket-Key", &r->key }, { "Sec-WebSocket-Version", &r->version },
		     { "Upgrade", &r->upgrade },       { "Content-Length", &r->length },
		     { "Connection", &r->connection }, { "X-Forwarded-For", &r->forwarded } };

	if (!strcasecmp(name, "Transfer-Encoding"))
		return false;
	for (size_t i = 0; i < sizeof ONCE / sizeof *ONCE; i++) {
		if (strcasecmp(name, ONCE[i].name))
			continue;
		if (*ONCE[i].value)
			return false;
		*ONCE[i].value = value;
	}
	return true;
}

static void without_blanks(const char **at, const char **end)
{
	while (*at < *end && (**at == ' ' || **at == '\t'))
		(*at)++;
	while (*end > *at && ((*end)[-1] == ' ' || (*end)[-1] == '\t'))
		(*end)--;
}

/* As CGI calls it. */
static void add_header(struct reading *r, const char *name, const char *value)
{
	bool plain = !strcasecmp(name, "Content-Type") || !strcasecmp(name, "Content-Length");
	char *variable = talloc_asprintf(r->ctx, "%s%s=%s", plain ? "" : "HTTP_", name, value);

	for (char *p = variable; p && *p != '='; p++)
		*p = (char)(*p == '-' ? '_' : toupper((unsigned char)*p));
	add(r, variable);
}

/* "Name: value". */
static bool read_header(struct reading *r, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *at, *end = line + len;
	char *name, *value;

	if (!colon || !is_token(line, (size_t)(colon - line)) || r->n + 4 > HTTP1_HEADERS)
		return false;
	at = colon + 1;
	without_blanks(&at, &end);
	if (!is_plain(at, (size_t)(end - at)))
		return false;
	name = talloc_strndup(r->ctx, line, (size_t)(colon - line));
	value = talloc_strndup(r->ctx, at, (size_t)(end - at));
	if (!name || !value)
		abort();
	if (!note(r, name, value))
		return false;
	if (strcasecmp(name, "X-Forwarded-For"))
		add_header(r, name, value);
	return true;
}

static bool read_length(struct reading *r)
{
	char *end;

	if (!r->length)
		return true;
	r->head->body = strtoul(r->length, &end, 10);
	return isdigit((unsigned char)*r->length) && !*end && strlen(r->length) < 10;
}

static void read_peer(struct reading *r)
{
	const char *last = r->forwarded ? strrchr(r->forwarded, ',') : NULL;

	if (!r->forwarded)
		return;
	add(r, talloc_asprintf(r->ctx, "REMOTE_ADDR=%s",
			       (last ? last + 1 : r->forwarded) + strspn(last ? last + 1 : r->forwarded, " \t")));
	if (last)
		add(r, talloc_asprintf(r->ctx, "HTTP_X_FORWARDED_FOR=%.*s", (int)(last - r->forwarded), r->forwarded));
}

/* Is the word one of a header's list? Case means nothing there (RFC 9110, 7.6.1 and 7.8). */
static bool says(const char *list, const char *word)
{
	const char *item;
	size_t len;

	while (list && (item = list_next(&list, ',', &len)))
		if (len == strlen(word) && !strncasecmp(item, word, len))
			return true;
	return false;
}

/* A key is 16 bytes in base64. */
static void read_upgrade(struct reading *r)
{
	bool wants = says(r->upgrade, "websocket") && says(r->connection, "upgrade");
	bool can = r->key && strlen(r->key) == 24 && r->version && !strcmp(r->version, "13") &&
		   !strncmp(r->head->envp[0], "REQUEST_METHOD=GET", 19);

	r->head->upgrades = wants && can;
	r->head->half = wants && !can;
	if (says(r->connection, "close"))
		r->head->keeps = false;
}

static const char *end_of_line(const char *at, const char *end)
{
	for (; at + 1 < end; at++)
		if (at[0] == '\r' && at[1] == '\n')
			return at;
	return NULL;
}

static bool read_all(struct reading *r, const char *bytes)
{
	const char *at = bytes, *end = bytes + r->head->len, *line = end_of_line(at, end);

	r->head->envp = talloc_zero_array(r->ctx, char *, HTTP1_HEADERS + 8);
	if (!r->head->envp)
		abort();
	if (!read_line(r, at, (size_t)(line - at)))
		return false;
	while ((at = line + 2) < end && (line = end_of_line(at, end)) && line > at)
		if (!read_header(r, at, (size_t)(line - at)))
			return false;
	if (!read_length(r))
		return false;
	read_peer(r);
	read_upgrade(r);
	return true;
}

enum http1_state http1_read(TALLOC_CTX *ctx, const char *bytes, size_t len, struct http1 *head)
{
	struct reading r = { .head = head };
	const char *end = memmem(bytes, len < HTTP1_HEAD ? len : HTTP1_HEAD, "\r\n\r\n", 4);

	if (!end)
		return len >= HTTP1_HEAD ? HTTP1_BAD : HTTP1_MORE;
	*head = (struct http1){ .len = (size_t)(end - bytes) + 4 };
	r.ctx = talloc_new(ctx);
	if (read_all(&r, bytes))
		return HTTP1_WHOLE;
	talloc_free(r.ctx);
	return HTTP1_BAD;
}
