/* Heads of HTTP/1.1 as a web server's proxy hands them on: what is read, what is more to come, and what is refused. */
#include "live/http1.h"
#include "rules/web_socket.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *http1_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define UPGRADE                                                                                                        \
	"Upgrade: WebSocket\r\nConnection: close, upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"          \
	"Sec-WebSocket-Version: 13\r\n"

static TALLOC_CTX *ctx;

static void setup(void)
{
	ctx = talloc_new(NULL);
}

static void teardown(void)
{
	ck_assert_uint_eq(talloc_total_blocks(ctx), 1);
	talloc_free(ctx);
}

static const char *said(const struct http1 *head, const char *name)
{
	size_t len = strlen(name);

	for (char **variable = head->envp; *variable; variable++)
		if (!strncmp(*variable, name, len) && (*variable)[len] == '=')
			return *variable + len + 1;
	return NULL;
}

START_TEST(a_head_is_read_as_cgi_has_it)
{
	static const char TEXT[] =
		"POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: a.example\r\nContent-Type:text/plain \r\n"
		"content-length: 12\r\nX-Thing:\t b \r\nX-Forwarded-For: 192.0.2.9, 198.51.100.7\r\n\r\n12 bytes more";
	TALLOC_CTX *own = talloc_new(ctx);
	struct http1 head;

	ck_assert_int_eq(http1_read(own, TEXT, sizeof TEXT - 1, &head), HTTP1_WHOLE);
	ck_assert_uint_eq(head.len, sizeof TEXT - 1 - strlen("12 bytes more"));
	ck_assert_uint_eq(head.body, 12);
	ck_assert(head.keeps && !head.upgrades && !head.half);
	ck_assert_str_eq(said(&head, "REQUEST_METHOD"), "POST");
	ck_assert_str_eq(said(&head, "REQUEST_URI"), "/socket.io/?EIO=4");
	ck_assert_str_eq(said(&head, "CONTENT_TYPE"), "text/plain");
	ck_assert_str_eq(said(&head, "HTTP_X_THING"), "b");
	/* Whom the web server saw is who asks; what was said before is for whoever knows the proxies. */
	ck_assert_str_eq(said(&head, "REMOTE_ADDR"), "198.51.100.7");
	ck_assert_str_eq(said(&head, "HTTP_X_FORWARDED_FOR"), "192.0.2.9");
	talloc_free(own);
}
END_TEST

/* As it comes, byte by byte. */
START_TEST(what_is_not_whole_waits)
{
	static const char TEXT[] = "GET /ws/live/events/7 HTTP/1.1\r\nHost: a.example\r\n" UPGRADE "\r\n";
	TALLOC_CTX *own = talloc_new(ctx);
	struct http1 head;

	for (size_t len = 0; len < sizeof TEXT - 1; len++)
		ck_assert_int_eq(http1_read(own, TEXT, len, &head), HTTP1_MORE);
	ck_assert_int_eq(http1_read(own, TEXT, sizeof TEXT - 1, &head), HTTP1_WHOLE);
	ck_assert(head.upgrades && !head.half && !head.keeps);
	talloc_free(own);
}
END_TEST

START_TEST(what_is_no_head_is_refused)
{
	static const struct {
		int line;
		const char *text;
	} cases[] = {
		{ __LINE__, "GET / HTTP/2.0\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1 \r\n\r\n" },
		{ __LINE__, "GET  / HTTP/1.1\r\n\r\n" },
		{ __LINE__, "GET http://a.example/ HTTP/1.1\r\n\r\n" },
		{ __LINE__, "G\x01T / HTTP/1.1\r\n\r\n" },
		{ __LINE__, "GET /a\x7F HTTP/1.1\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\nno colon\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\nA : b\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\n: b\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\n folded: b\r\n\r\n" },
		/* What two readers could read differently. */
		{ __LINE__, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" },
		{ __LINE__, "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n" },
		{ __LINE__, "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n" },
		{ __LINE__, "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n" },
		{ __LINE__, "POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n" },
		{ __LINE__, "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\nX-Forwarded-For: a\r\nX-Forwarded-For: b\r\n\r\n" },
		{ __LINE__, "GET / HTTP/1.1\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct http1 head;

		ck_assert_msg(http1_read(ctx, cases[i].text, strlen(cases[i].text), &head) == HTTP1_BAD, "line %d",
			      cases[i].line);
	}
}
END_TEST

START_TEST(a_head_has_an_end)
{
	char *text = talloc_zero_array(ctx, char, HTTP1_HEAD + 1);
	struct http1 head;
	size_t len = (size_t)snprintf(text, HTTP1_HEAD, "GET / HTTP/1.1\r\n");

	for (int i = 0; i < HTTP1_HEADERS + 1; i++)
		len += (size_t)snprintf(text + len, HTTP1_HEAD - len, "A: %d\r\n", i);
	len += (size_t)snprintf(text + len, HTTP1_HEAD - len, "\r\n");
	ck_assert_int_eq(http1_read(ctx, text, len, &head), HTTP1_BAD);
	memset(text, 'a', HTTP1_HEAD);
	ck_assert_int_eq(http1_read(ctx, text, HTTP1_HEAD - 1, &head), HTTP1_MORE);
	ck_assert_int_eq(http1_read(ctx, text, HTTP1_HEAD, &head), HTTP1_BAD);
	talloc_free(text);
}
END_TEST

/* RFC 6455, 4.2.1: what is asked for by halves is not given. */
START_TEST(an_upgrade_needs_all_of_it)
{
	static const struct {
		int line;
		const char *headers;
		bool upgrades, half;
	} cases[] = {
		{ __LINE__, UPGRADE, true, false },
		{ __LINE__, "Upgrade: websocket\r\nConnection: Upgrade\r\n", false, true },
		{ __LINE__,
		  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		  "Sec-WebSocket-Version: 8\r\n",
		  false, true },
		{ __LINE__,
		  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n",
		  false, true },
		{ __LINE__, "Upgrade: h2c\r\nConnection: Upgrade\r\n", false, false },
		{ __LINE__, "Upgrade: websocket\r\nConnection: upgrades\r\n", false, false },
		{ __LINE__, "Connection: Upgrade\r\n", false, false },
	};

	for (size_t i = 0; i < N(cases); i++) {
		TALLOC_CTX *own = talloc_new(ctx);
		char *text = talloc_asprintf(own, "GET / HTTP/1.1\r\n%s\r\n", cases[i].headers);
		struct http1 head;

		ck_assert_int_eq(http1_read(own, text, strlen(text), &head), HTTP1_WHOLE);
		ck_assert_msg(head.upgrades == cases[i].upgrades && head.half == cases[i].half, "line %d",
			      cases[i].line);
		talloc_free(own);
	}
}
END_TEST

/* The example of RFC 6455, 1.3. */
START_TEST(a_handshake_is_answered)
{
	char out[WEB_SOCKET_ACCEPT];

	ck_assert_str_eq(web_socket_accept_key("dGhlIHNhbXBsZSBub25jZQ==", out), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}
END_TEST

Suite *http1_suite(void)
{
	Suite *suite = suite_create("http1");
	TCase *tc = tcase_create("http1");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_head_is_read_as_cgi_has_it);
	tcase_add_test(tc, what_is_not_whole_waits);
	tcase_add_test(tc, what_is_no_head_is_refused);
	tcase_add_test(tc, a_head_has_an_end);
	tcase_add_test(tc, an_upgrade_needs_all_of_it);
	tcase_add_test(tc, a_handshake_is_answered);
	suite_add_tcase(suite, tc);
	return suite;
}
