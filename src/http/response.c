/* An answer's head as text: after a status line of CGI, or of HTTP itself. */
#include "base/log.h"
#include "http/input.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_HEAD = 64 * 1024 };

void response_header(struct response *response, const char *name, const char *value)
{
	buf_text(response->head, name);
	buf_text(response->head, ": ");
	while (*value) {
		size_t run = 0;

		while ((unsigned char)value[run] >= 0x20 && value[run] != 0x7F)
			run++;
		buf_add(response->head, value, run);
		value += run + (value[run] != '\0');
	}
	buf_text(response->head, "\r\n");
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} REASONS[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 402, "Payment Required" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (REASONS[i].status == status)
			return REASONS[i].reason;
	return "Status";
}

struct buf *response_head_text(struct http *http, const struct response *response, bool bodyless, const char *first)
{
	struct buf *head = buf_new(http, MAX_HEAD);

	buf_printf(head, "%s %d %s\r\n", first, response->status, reason(response->status));
	if (response->head)
		buf_add(head, response->head->data, response->head->len);
	if (response->send_file)
		response_header(&(struct response){ .head = head }, "X-Sendfile", response->send_file);
	else if (!bodyless && !response->endless)
		buf_printf(head, "Content-Length: %zu\r\n", response->body_len);
	buf_text(head, "\r\n");
	if (buf_over(head) || (response->head && buf_over(response->head))) {
		log_error("head_too_large", F("path", http->path));
		buf_clear(head);
		buf_printf(head, "%s 500 Internal Server Error\r\n\r\n", first);
	}
	return head;
}

const char *http_text(struct http *http, const struct response *response, size_t *len)
{
	bool bodyless = response->status == 204 || response->status == 304;
	struct buf *head = response_head_text(http, response, bodyless, "HTTP/1.1");
	size_t body = bodyless || response->body_fd || !strcmp(http->method, "HEAD") ? 0 : response->body_len;
	char *text = talloc_size(http, head->len + body + 1);

	if (!text)
		abort();
	memcpy(text, head->data, head->len);
	memcpy(text + head->len, response->body, body);
	*len = head->len + body;
	return text;
}
