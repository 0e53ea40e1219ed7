/* The real transports against servers that the test starts itself on the loopback: what goes over
 * the wire, and what each kind of answer means. And the payment sandbox, and what is stored as a picture. */
#include "base/clock.h"
#include "base/trace.h"
#include "outside/curl.h"
#include "outside/mail.h"
#include "outside/payment.h"
#include "outside/sms.h"
#include "outside/stripe.h"
#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *outside_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* ---- servers: a child that takes one connection and passes on what it read ---- */

struct server {
	pid_t pid;
	int port, pipe;
	char seen[16384];
};

struct peer {
	int fd, pipe;
	char line[2048];
};

static int listen_somewhere(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void start(struct server *server, void (*serve)(struct peer *peer, const char *script), const char *script)
{
	int listener = listen_somewhere(&server->port), ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	server->pid = fork();
	ck_assert_int_ge(server->pid, 0);
	if (server->pid == 0) {
		struct peer peer = { .pipe = ends[1] };

		alarm(20); /* nobody waits for a child whose parent failed */
		close(ends[0]);
		peer.fd = accept(listener, NULL, NULL);
		close(listener);
		serve(&peer, script);
		_exit(0);
	}
	close(listener);
	close(ends[1]);
	server->pipe = ends[0];
}

/* Everything that the server read; it has ended then. */
static const char *seen(struct server *server)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(server->pipe, server->seen + len, sizeof(server->seen) - 1 - len)) > 0)
		len += (size_t)n;
	server->seen[len] = '\0';
	close(server->pipe);
	waitpid(server->pid, NULL, 0);
	return server->seen;
}

static void put(int fd, const char *text)
{
	ssize_t n = write(fd, text, strlen(text));

	(void)n; /* a client that has gone is the test's business */
}

/* The next line, with its end; false when the client has gone. */
static bool get_line(struct peer *peer)
{
	size_t len = 0;

	while (len < sizeof(peer->line) - 1 && read(peer->fd, peer->line + len, 1) == 1)
		if (peer->line[len++] == '\n')
			break;
	peer->line[len] = '\0';
	put(peer->pipe, peer->line);
	return len > 0;
}

/* script is the whole answer; "" closes without one; NULL never answers. */
static void serve_http(struct peer *peer, const char *script)
{
	long body = 0;

	while (get_line(peer) && strcmp(peer->line, "\r\n") != 0)
		if (strncasecmp(peer->line, "Content-Length:", 15) == 0)
			body = strtol(peer->line + 15, NULL, 10);
	for (char c; body > 0 && read(peer->fd, &c, 1) == 1; body--)
		if (write(peer->pipe, &c, 1) != 1)
			_exit(1);
	if (script)
		put(peer->fd, script);
	else
		get_line(peer); /* until the client gives up */
}

/* script: "MAIL 550 no": the answer to commands that begin so; "." is the end of the message. All
 * else is fine. */
static void serve_smtp(struct peer *peer, const char *script)
{
	bool data = false, auth = false;

	put(peer->fd, "220 ready\r\n");
	while (get_line(peer)) {
		size_t len = strcspn(script, " ");
		const char *answer = "250 fine\r\n";

		if (data && strcmp(peer->line, ".\r\n") != 0)
			continue;
		if (*script && strncmp(peer->line, script, len) == 0)
			answer = script + len + 1;
		else if (strncmp(peer->line, "EHLO", 4) == 0)
			answer = "250-here\r\n250 AUTH PLAIN\r\n";
		else if (strncmp(peer->line, "AUTH", 4) == 0)
			answer = "334 \r\n";
		else if (auth)
			answer = "235 come in\r\n";
		else if (strncmp(peer->line, "DATA", 4) == 0)
			answer = "354 go on\r\n";
		data = strncmp(answer, "354", 3) == 0;
		auth = strncmp(answer, "334", 3) == 0;
		put(peer->fd, answer);
	}
}

/* ---- text messages ---- */

static struct config sms_config(const char *url)
{
	return (struct config){
		.sms_transport = "http", .sms_url = url, .sms_token = "s3cret", .sms_from = "Gatehouse"
	};
}

/* clang-format off */
#define HTTP(status) "HTTP/1.1 " status "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
/* clang-format on */

START_TEST(sms_posts_json)
{
	struct server server;
	char url[64], error[200];
	struct config config = sms_config(url);
	const char *request;

	start(&server, serve_http, HTTP("202 Accepted"));
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", server.port);
	ck_assert_int_eq(sms_send(&config, "+15550100001", "Code \"123456\"\nGrüße", error, sizeof(error)), SEND_OK);
	ck_assert_str_eq(error, "");
	request = seen(&server);
	ck_assert_ptr_eq(strstr(request, "POST /send HTTP/1.1\r\n"), request);
	ck_assert_ptr_nonnull(strstr(request, "\r\nContent-Type: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nAuthorization: Bearer s3cret\r\n"));
	ck_assert_str_eq(strstr(request, "\r\n\r\n") + 4,
			 "{\"from\":\"Gatehouse\",\"to\":\"+15550100001\",\"text\":\"Code \\\"123456\\\"\\nGrüße\"}");
}
END_TEST

/* The gateway is told what the message belongs to, and nothing where there is nothing. */
START_TEST(sms_says_what_it_belongs_to)
{
	static const char PARENT[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
	struct server server;
	char url[64], error[200], line[100], parent[TRACEPARENT_SIZE];
	struct config config = sms_config(url);
	struct trace trace;
	const char *request;

	trace_begin(&trace, PARENT, "congo=t61rcWkgMzE");
	for (int turn = 0; turn < 2; turn++) {
		start(&server, serve_http, HTTP("202 Accepted"));
		snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", server.port);
		trace_turn_to(turn ? NULL : &trace);
		ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_OK);
		trace_turn_to(NULL);
		request = seen(&server);
		snprintf(line, sizeof(line), "\r\ntraceparent: %s\r\n", trace_parent(&trace, parent));
		ck_assert_msg((strstr(request, line) == NULL) == turn, "%s", request);
		ck_assert_msg((strstr(request, "\r\ntracestate: congo=t61rcWkgMzE\r\n") == NULL) == turn, "%s",
			      request);
		ck_assert_ptr_null(strstr(request, "00f067aa0ba902b7"));
	}
}
END_TEST

START_TEST(sms_understands_answers)
{
	static const struct {
		int line;
		const char *answer;
		enum send_outcome want;
	} cases[] = {
		{ __LINE__, HTTP("200 OK"), SEND_OK },
		{ __LINE__, HTTP("400 Bad Request"), SEND_NEVER },
		{ __LINE__, HTTP("404 Not Found"), SEND_NEVER },
		{ __LINE__, HTTP("422 Unprocessable"), SEND_NEVER },
		{ __LINE__, HTTP("401 Unauthorized"), SEND_LATER },
		{ __LINE__, HTTP("429 Too Many Requests"), SEND_LATER },
		{ __LINE__, HTTP("500 Oops"), SEND_LATER },
		{ __LINE__, HTTP("503 Busy"), SEND_LATER },
		{ __LINE__, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
		  SEND_LATER },
		{ __LINE__, "", SEND_LATER },
		{ __LINE__, "rubbish\r\n\r\n", SEND_LATER },
	};
	char url[64], error[200];
	struct config config = sms_config(url);

	for (size_t i = 0; i < N(cases); i++) {
		struct server server;

		start(&server, serve_http, cases[i].answer);
		snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", server.port);
		ck_assert_msg(sms_send(&config, "+15550100001", "x", error, sizeof(error)) == cases[i].want,
			      "line %d: %s", cases[i].line, error);
		ck_assert_msg((*error == '\0') == (cases[i].want == SEND_OK), "line %d: %s", cases[i].line, error);
		ck_assert_msg(!strstr(error, "s3cret"), "line %d: %s", cases[i].line, error);
		seen(&server);
	}
}
END_TEST

/* It could lead anywhere. Whoever followed would stand in the listener's queue. */
START_TEST(sms_follows_no_redirect)
{
	struct server server;
	char url[64], answer[200], error[200];
	struct config config = sms_config(url);
	struct pollfd elsewhere = { .events = POLLIN };
	int port;

	elsewhere.fd = listen_somewhere(&port);
	snprintf(answer, sizeof(answer),
		 "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n", port);
	start(&server, serve_http, answer);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", server.port);
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	seen(&server);
	ck_assert_int_eq(poll(&elsewhere, 1, 0), 0);
	close(elsewhere.fd);
}
END_TEST

START_TEST(sms_gives_up)
{
	struct server server;
	char url[64], error[200];
	struct config config = sms_config(url);
	int port, closed;

	outside_timeout_ms = 200;
	start(&server, serve_http, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", server.port);
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	ck_assert_ptr_nonnull(strstr(error, "imeout"));
	seen(&server);
	/* A port on which nobody listens. */
	closed = listen_somewhere(&port);
	close(closed);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/send", port);
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	config.sms_url = "file:///etc/passwd";
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	config.sms_url = "";
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	config.sms_transport = "pigeon";
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_LATER);
	config.sms_transport = "sandbox";
	ck_assert_int_eq(sms_send(&config, "+15550100001", "x", error, sizeof(error)), SEND_OK);
}
END_TEST

/* ---- mail ---- */

static struct config mail_config(const char *url)
{
	return (struct config){ .mail_transport = "smtp",
				.mail_url = url,
				.mail_user = "",
				.mail_password = "",
				.mail_from = "Gatehouse Bühne <door@tickets.example>" };
}

static enum send_outcome send_plain(const struct config *c, const char *to, const char *subject, const char *text,
				    const char *id, char *error, size_t size)
{
	return mail_send(c, &(struct mail){ .to = to, .subject = subject, .text = text, .message_id = id }, error,
			 size);
}

#define HUNDRED                                                                                                        \
	"0123456789 0123456789 0123456789 0123456789 0123456789 "                                                      \
	"0123456789 0123456789 0123456789 012345678"

/* The same as quoted-printable has it: 75 characters and a soft line end. */
#define HUNDRED_BROKEN                                                                                                 \
	"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 012345678=\r\n"                             \
	"9 0123456789 012345678"

START_TEST(mail_is_written_well)
{
	static const char *const LINES[] = {
		"MAIL FROM:<door@tickets.example>\r\n",
		"RCPT TO:<ann@example.org>\r\n",
		"\r\nFrom: =?UTF-8?B?R2F0ZWhvdXNlIELDvGhuZQ==?= <door@tickets.example>\r\n",
		"\r\nTo: <ann@example.org>\r\n",
		"\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n",
		"\r\nMessage-ID: <outbox.5@tickets.example>\r\n",
		"\r\nMime-Version: 1.0\r\n",
		"\r\nContent-Type: text/plain; charset=utf-8\r\n",
		"\r\nContent-Transfer-Encoding: quoted-printable\r\n",
		/* the body: soft line ends, the escape itself, blanks at a line's end, lines that
		 * SMTP would read */
		"\r\n\r\n" HUNDRED_BROKEN "\r\n",
		"\r\n1 =3D 1, gr=C3=BC=C3=9Fe=20\r\n",
		"\r\n..\r\n",
		"\r\nend=07\r\n--",
		"--\r\n.\r\n",
	};
	struct server server;
	char url[64], error[200];
	struct config config = mail_config(url);
	const char *text;

	start(&server, serve_smtp, "");
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
	ck_assert_int_eq(send_plain(&config, "ann@example.org", "Grüße", HUNDRED "\n1 = 1, grüße \r\n.\nend\a",
				    "outbox.5", error, sizeof(error)),
			 SEND_OK);
	ck_assert_str_eq(error, "");
	text = seen(&server);
	for (size_t i = 0; i < N(LINES); i++)
		ck_assert_msg(strstr(text, LINES[i]), "line %zu not in:\n%s", i, text);
	while (*text) {
		/* libcurl does not fold the line with its boundary; RFC 5322 allows it 998. */
		if (strncmp(text, "Content-Type: multipart/", 24) != 0)
			ck_assert_msg(strcspn(text, "\r\n") <= 78, "%.80s", text);
		text += strcspn(text, "\r\n");
		text += strspn(text, "\r\n");
	}
}
END_TEST

/* Decodes the encoded words of a header's value, checking each against RFC 2047's limits. */
static void decode_words(const char *value, char *out)
{
	while (strncmp(value, "=?UTF-8?B?", 10) == 0) {
		const char *end = strstr(value + 10, "?=");
		size_t len;

		ck_assert_ptr_nonnull(end);
		ck_assert_int_le(end + 2 - value, 75);
		ck_assert_int_eq(sodium_base642bin((uint8_t *)out, 48, value + 10, (size_t)(end - value - 10), NULL,
						   &len, NULL, sodium_base64_VARIANT_ORIGINAL),
				 0);
		/* A word begins and ends with a whole character. */
		ck_assert((out[0] & 0xc0) != 0x80);
		out += len;
		value = end + 2;
		if (strncmp(value, "\r\n ", 3) == 0)
			value += 3;
	}
	*out = '\0';
	ck_assert_int_eq(strncmp(value, "\r\n", 2), 0);
}

START_TEST(mail_subjects_survive)
{
	static const char *const SUBJECTS[] = {
		"äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü",
		"aäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü",
		"دعوة إلى الحفل الموسيقي الكبير في قاعة المدينة مساء يوم السبت القادم",
		HUNDRED HUNDRED,
		"=?UTF-8?B?Zm9v?=",
	};

	for (size_t i = 0; i < N(SUBJECTS); i++) {
		struct server server;
		char url[64], error[200], out[1024];
		struct config config = mail_config(url);
		const char *subject;

		start(&server, serve_smtp, "");
		snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
		ck_assert_int_eq(send_plain(&config, "ann@example.org", SUBJECTS[i], "", "a@b", error, sizeof(error)),
				 SEND_OK);
		subject = strstr(seen(&server), "\r\nSubject: ");
		ck_assert_ptr_nonnull(subject);
		decode_words(subject + 11, out);
		ck_assert_str_eq(out, SUBJECTS[i]);
		ck_assert_ptr_nonnull(strstr(subject, "\r\nMessage-ID: <a@b>\r\n"));
	}
}
END_TEST

START_TEST(mail_brings_files)
{
	static const struct {
		int line;
		const char *name, *written;
	} CASES[] = {
		{ __LINE__, "tickets-K7QM.pdf",
		  "\r\nContent-Disposition: attachment; filename=\"tickets-K7QM.pdf\"\r\n" },
		/* a sign that would end the name, and what is not ASCII, as RFC 2231 has it */
		{ __LINE__, "a\"b.pdf", "\r\nContent-Disposition: attachment;\r\n filename*0*=UTF-8''a%22b.pdf\r\n" },
		{ __LINE__, "Grüße.pdf", ";\r\n filename*0*=UTF-8''Gr%C3%BC%C3%9Fe.pdf\r\n" },
		/* in pieces, no character split */
		{ __LINE__, "äöüäöüäöüäöü.pdf",
		  " filename*0*=UTF-8''%C3%A4%C3%B6%C3%BC%C3%A4%C3%B6%C3%BC%C3%A4%C3%B6%C3%BC;\r\n"
		  " filename*1*=%C3%A4%C3%B6%C3%BC.pdf\r\n" },
	};

	for (size_t i = 0; i < N(CASES); i++) {
		struct mail_file files[2] = { { CASES[i].name, "application/pdf", "%PDF-\0\xff", 7 },
					      { "event.ics", "text/calendar; charset=utf-8", "BEGIN", 5 } };
		struct server server;
		char url[64], error[200];
		struct config config = mail_config(url);
		const char *text;

		start(&server, serve_smtp, "");
		snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
		ck_assert_int_eq(mail_send(&config,
					   &(struct mail){ .to = "ann@example.org",
							   .subject = "s",
							   .text = "The text",
							   .message_id = "a@b",
							   .files = files,
							   .n_files = 2 },
					   error, sizeof(error)),
				 SEND_OK);
		text = seen(&server);
		ck_assert_ptr_nonnull(strstr(text, "\r\nContent-Type: multipart/mixed; boundary="));
		ck_assert_msg(strstr(text, CASES[i].written) != NULL, "line %d: %s", CASES[i].line, text);
		ck_assert_ptr_nonnull(strstr(text, "\r\nContent-Type: application/pdf\r\n"));
		ck_assert_ptr_nonnull(strstr(text, "\r\nContent-Transfer-Encoding: base64\r\n"));
		ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nJVBERi0A/w==\r\n--"));
		ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nThe text\r\n--"));
		ck_assert(strstr(text, "The text") < strstr(text, "JVBERi0A"));
		ck_assert_ptr_nonnull(strstr(text, "filename=\"event.ics\""));
	}
}
END_TEST

START_TEST(mail_refuses_files_with_a_header_in_their_name)
{
	struct mail_file file = { "a\r\nBcc: eve@example.org", "application/pdf", "x", 1 };
	char error[200];
	struct config config = mail_config("smtp://127.0.0.1:1");

	ck_assert_int_eq(mail_send(&config,
				   &(struct mail){ .to = "ann@example.org",
						   .subject = "s",
						   .text = "t",
						   .message_id = "a@b",
						   .files = &file,
						   .n_files = 1 },
				   error, sizeof(error)),
			 SEND_NEVER);
}
END_TEST

START_TEST(mail_has_both_texts_and_ways_to_answer)
{
	static const char *const LINES[] = {
		"\r\nReply-To: <host@events.example>\r\n",
		"\r\nList-Unsubscribe: <https://tickets.example/unsubscribe/0f>\r\n",
		"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
		"\r\nContent-Type: multipart/alternative; boundary=",
		"\r\nContent-Type: text/plain; charset=utf-8\r\n",
		"\r\n\r\nplain =E2=82=AC\r\n",
		"\r\nContent-Type: text/html; charset=utf-8\r\n",
		"\r\n\r\n<p>rich =E2=82=AC</p>\r\n",
	};
	struct server server;
	char url[64], error[200];
	struct config config = mail_config(url);
	struct mail mail = { .to = "ann@example.org",
			     .subject = "x",
			     .text = "plain €\n",
			     .html = "<p>rich €</p>\n",
			     .message_id = "1",
			     .reply_to = "host@events.example",
			     .unsubscribe = "https://tickets.example/unsubscribe/0f" };
	const char *text;

	start(&server, serve_smtp, "");
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
	ck_assert_int_eq(mail_send(&config, &mail, error, sizeof(error)), SEND_OK);
	text = seen(&server);
	for (size_t i = 0; i < N(LINES); i++) {
		const char *found = strstr(text, LINES[i]);

		ck_assert_msg(found, "missing, or not in its place: %s in %s", LINES[i], text);
		if (i > 2)
			text = found;
	}
	/* What is no address is not answered to; what could be a header is not sent. */
	mail.reply_to = "host@events.example>\r\nBcc: <eve@example.org";
	start(&server, serve_smtp, "");
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
	ck_assert_int_eq(mail_send(&config, &mail, error, sizeof(error)), SEND_OK);
	text = seen(&server);
	ck_assert(!strstr(text, "Reply-To") && !strstr(text, "eve@"));
	mail.unsubscribe = "https://tickets.example/>\r\nBcc: <eve@example.org";
	ck_assert_int_eq(mail_send(&config, &mail, error, sizeof(error)), SEND_NEVER);
}
END_TEST

START_TEST(mail_refuses_injection)
{
	static const struct {
		int line;
		const char *to, *subject, *id;
	} cases[] = {
		{ __LINE__, "ann@example.org\r\nBcc: eve@example.org", "x", "1" },
		{ __LINE__, "ann@example.org\nRCPT TO:<eve@example.org>", "x", "1" },
		{ __LINE__, "ann@example.org> <eve@example.org", "x", "1" },
		{ __LINE__, "ann@example.org,eve@example.org", "x", "1" },
		{ __LINE__, "ann@eve@example.org", "x", "1" },
		{ __LINE__, "ann", "x", "1" },
		{ __LINE__, "@example.org", "x", "1" },
		{ __LINE__, "ann@", "x", "1" },
		{ __LINE__, "", "x", "1" },
		{ __LINE__, "änn@example.org", "x", "1" },
		{ __LINE__, "ann@example.org", "x\r\nBcc: eve@example.org", "1" },
		{ __LINE__, "ann@example.org", "x\rBcc: eve@example.org", "1" },
		{ __LINE__, "ann@example.org", "x\ny", "1" },
		{ __LINE__, "ann@example.org", "x\x7f", "1" },
		{ __LINE__, "ann@example.org", "x", "1>\r\nBcc: eve@example.org" },
		{ __LINE__, "ann@example.org", "x", "" },
	};
	struct config config = mail_config("smtp://127.0.0.1:1"), sandbox = config;
	char error[200];

	sandbox.mail_transport = "sandbox";
	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_msg(send_plain(&config, cases[i].to, cases[i].subject, "", cases[i].id, error,
					 sizeof(error)) == SEND_NEVER,
			      "line %d", cases[i].line);
		ck_assert_msg(*error, "line %d: no sentence", cases[i].line);
		ck_assert_msg(send_plain(&sandbox, cases[i].to, cases[i].subject, "", cases[i].id, error,
					 sizeof(error)) == SEND_NEVER,
			      "line %d: sandbox", cases[i].line);
	}
	ck_assert_int_eq(send_plain(&sandbox, "ann@example.org", "x", "", "1", error, sizeof(error)), SEND_OK);
	/* A wrong sender is the operator's fault, not the message's. */
	config.mail_from = "door@tickets.example\r\nBcc: eve@example.org";
	ck_assert_int_eq(send_plain(&config, "ann@example.org", "x", "", "1", error, sizeof(error)), SEND_LATER);
}
END_TEST

START_TEST(mail_understands_answers)
{
	static const struct {
		int line;
		const char *script, *user;
		enum send_outcome want;
	} cases[] = {
		{ __LINE__, "", "", SEND_OK },
		{ __LINE__, "", "door", SEND_OK },
		{ __LINE__, "RCPT 550 no such box\r\n", "", SEND_NEVER },
		{ __LINE__, "RCPT 450 later\r\n", "", SEND_LATER },
		{ __LINE__, "MAIL 451 later\r\n", "", SEND_LATER },
		{ __LINE__, ". 554 spam\r\n", "", SEND_NEVER },
		{ __LINE__, ". 452 full\r\n", "", SEND_LATER },
		{ __LINE__, "DATA 421 closing\r\n", "", SEND_LATER },
		{ __LINE__, "AUTH 535 wrong password\r\n", "door", SEND_LATER },
	};
	char url[64], error[200];
	struct config config = mail_config(url);

	config.mail_password = "pw";
	for (size_t i = 0; i < N(cases); i++) {
		struct server server;

		start(&server, serve_smtp, cases[i].script);
		snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", server.port);
		config.mail_user = cases[i].user;
		ck_assert_msg(send_plain(&config, "ann@example.org", "x", "y", "1", error, sizeof(error)) ==
				      cases[i].want,
			      "line %d: %s", cases[i].line, error);
		ck_assert_msg((strstr(seen(&server), "AUTH PLAIN") != NULL) == (*cases[i].user != '\0'),
			      "line %d: AUTH", cases[i].line);
	}
	snprintf(url, sizeof(url), "smtp://127.0.0.1:1");
	ck_assert_int_eq(send_plain(&config, "ann@example.org", "x", "y", "1", error, sizeof(error)), SEND_LATER);
	config.mail_transport = "pigeon";
	ck_assert_int_eq(send_plain(&config, "ann@example.org", "x", "y", "1", error, sizeof(error)), SEND_LATER);
}
END_TEST

/* ---- payments ---- */

#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"
#define OTHER "1f8fad5b-d9cb-469f-a165-70867728950e"

static const struct payment_bill BILL = { .uuid = UUID, .amount = 500, .currency = "EUR" },
				 BILL_OF_OTHER = { .uuid = OTHER, .amount = 500, .currency = "EUR" };

static struct config payment_config(void)
{
	return (struct config){ .payment_webhook_secret = "whsec" };
}

START_TEST(sandbox_charges)
{
	static const struct {
		int line;
		const char *token;
		enum payment_state charged, asked;
		const char *failure;
	} cases[] = {
		{ __LINE__, "tok_ok", PAY_SUCCEEDED, PAY_SUCCEEDED, "" },
		{ __LINE__, "tok_declined", PAY_DECLINED, PAY_DECLINED, "The card was declined." },
		{ __LINE__, "tok_slow", PAY_UNKNOWN, PAY_DECLINED, "The payment provider did not answer." },
		{ __LINE__, "tok_late", PAY_REQUIRES_ACTION, PAY_SUCCEEDED, "" },
		{ __LINE__, "tok_other", PAY_DECLINED, PAY_DECLINED, "The card was not recognised." },
		{ __LINE__, "ok", PAY_DECLINED, PAY_DECLINED, "The card was not recognised." },
		{ __LINE__, "", PAY_DECLINED, PAY_DECLINED, "The card was not recognised." },
	};
	const struct payment_provider *sandbox = payment_provider("sandbox");
	struct config config = payment_config();

	ck_assert_ptr_null(payment_provider("nobody"));
	for (size_t i = 0; i < N(cases); i++) {
		struct payment_answer a = sandbox->charge(&config, &BILL, "", cases[i].token);
		struct payment_answer again = sandbox->charge(&config, &BILL, "", cases[i].token);
		struct payment_answer asked = sandbox->ask(&config, &BILL, a.reference);

		ck_assert_msg(a.state == cases[i].charged, "line %d: charged", cases[i].line);
		ck_assert_msg(strcmp(a.failure, cases[i].failure) == 0, "line %d: %s", cases[i].line, a.failure);
		ck_assert_msg((*a.reference == '\0') == (a.state == PAY_UNKNOWN), "line %d: reference", cases[i].line);
		ck_assert_msg(memcmp(&a, &again, sizeof(a)) == 0, "line %d: one uuid, one charge", cases[i].line);
		ck_assert_msg(asked.state == cases[i].asked, "line %d: asked", cases[i].line);
		/* Another payment's reference is worth nothing. */
		ck_assert_msg(sandbox->ask(&config, &BILL_OF_OTHER, a.reference).state == PAY_DECLINED,
			      "line %d: other", cases[i].line);
		{
			const struct payment_part part = {
				.uuid = OTHER, .reference = a.reference, .amount = 100, .currency = "EUR"
			};
			struct refund_answer back = sandbox->refund(&config, &part),
					     twice = sandbox->refund(&config, &part);

			ck_assert_int_eq(back.state, REFUND_DONE);
			ck_assert_str_eq(back.reference, twice.reference);
		}
	}
	ck_assert_str_eq(sandbox->ask(&config, &BILL, "").failure, "There is no such charge.");
	ck_assert_int_eq(sandbox->ask(&config, &BILL, "sbx_0000000000000000_ok").state, PAY_DECLINED);
	ck_assert_int_eq(sandbox->ask(&config, &BILL, "_ok").state, PAY_DECLINED);
}
END_TEST

START_TEST(sandbox_hangs_as_long_as_it_is_told)
{
	const struct payment_provider *sandbox = payment_provider("sandbox");
	struct config config = payment_config();
	ms_t began = clock_monotonic();

	config.payment_slow_ms = 120;
	ck_assert_int_eq(sandbox->charge(&config, &BILL, "", "tok_slow").state, PAY_UNKNOWN);
	ck_assert_int_ge(clock_monotonic() - began, 120);
}
END_TEST

START_TEST(sandbox_notices_are_signed)
{
	static const struct {
		int line;
		const char *body;
		bool good;
	} cases[] = {
		{ __LINE__, "{\"id\":\"n1\",\"payment\":\"" UUID "\"}", true },
		{ __LINE__, "{\"id\":\"n1\",\"payment\":\"0F8FAD5B-D9CB-469F-A165-70867728950E\"}", true },
		{ __LINE__, "{\"id\":\"n1\",\"note\":\"Zoë 🎫\",\"payment\":\"" UUID "\"}", true },
		{ __LINE__, "{\"id\":7,\"payment\":\"" UUID "\"}", false },
		{ __LINE__, "{\"id\":\"\",\"payment\":\"" UUID "\"}", false },
		{ __LINE__, "{\"id\":\"n1\",\"payment\":\"no uuid\"}", false },
		{ __LINE__, "{\"id\":\"n1\"}", false },
		{ __LINE__,
		  "{\"id\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
		  "0123456789\",\"payment\":\"" UUID "\"}",
		  false },
		{ __LINE__, "[]", false },
		{ __LINE__, "{", false },
		{ __LINE__, "", false },
	};
	const struct payment_provider *sandbox = payment_provider("sandbox");
	struct config config = payment_config(), no_secret = { .payment_webhook_secret = "" };
	char signature[65];
	struct payment_notice n;

	for (size_t i = 0; i < N(cases); i++) {
		size_t len = strlen(cases[i].body);

		payment_sandbox_sign(&config, cases[i].body, len, signature);
		ck_assert_msg(sandbox->notice(&config, cases[i].body, len, signature, 0, &n) == cases[i].good,
			      "line %d", cases[i].line);
		if (!cases[i].good)
			continue;
		ck_assert_str_eq(n.id, "n1");
		ck_assert_str_eq(n.uuid, UUID);
		ck_assert(!sandbox->notice(&config, cases[i].body, len - 1, signature, 0, &n));
		signature[63] = signature[63] == '0' ? '1' : '0';
		ck_assert(!sandbox->notice(&config, cases[i].body, len, signature, 0, &n));
		ck_assert(!sandbox->notice(&config, cases[i].body, len, "", 0, &n));
		ck_assert(!sandbox->notice(&config, cases[i].body, len, NULL, 0, &n));
		payment_sandbox_sign(&no_secret, cases[i].body, len, signature);
		ck_assert(!sandbox->notice(&no_secret, cases[i].body, len, signature, 0, &n));
		ck_assert(!sandbox->notice(&config, cases[i].body, len, signature, 0, &n));
	}
	/* Anybody's HMAC-SHA-256 will do: RFC 4231's second case. */
	config.payment_webhook_secret = "Jefe";
	ck_assert_str_eq(payment_sandbox_sign(&config, "what do ya want for nothing?", 28, signature),
			 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
END_TEST

/* ---- Stripe: what needs no server; the rest is tests/api/stripe.test.mjs ---- */

START_TEST(stripe_counts_money_its_own_way)
{
	static const struct {
		int line;
		int64_t ours;
		const char *currency;
		int64_t theirs, back;
	} cases[] = {
		{ __LINE__, 1234, "EUR", 1234, 1234 },
		{ __LINE__, 500, "JPY", 500, 500 },
		{ __LINE__, 5, "ISK", 500, 5 },
		{ __LINE__, 5, "UGX", 500, 5 },
		{ __LINE__, 12300, "MGA", 123, 12300 },
		{ __LINE__, 12350, "MGA", 124, 12400 },
		{ __LINE__, 5120, "KWD", 5120, 5120 },
		{ __LINE__, 5124, "KWD", 5120, 5120 },
		{ __LINE__, 5125, "KWD", 5130, 5130 },
		{ __LINE__, 9999, "TND", 10000, 10000 },
		{ __LINE__, 100, "HUF", 100, 100 },
		{ __LINE__, 1, "XXX", -1, -1 },
		{ __LINE__, INT64_MAX / 50, "ISK", -1, -1 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t theirs = stripe_amount(cases[i].ours, cases[i].currency);

		ck_assert_msg(theirs == cases[i].theirs, "line %d: %lld", cases[i].line, (long long)theirs);
		if (theirs >= 0)
			ck_assert_msg(stripe_amount_ours(theirs, cases[i].currency) == cases[i].back, "line %d: back",
				      cases[i].line);
	}
}
END_TEST

/* The signature of RFC 4231's kind, over "t.body". */
START_TEST(stripe_notices_are_signed)
{
	static const char BODY[] =
		"{\"id\":\"evt_1\",\"type\":\"charge.refunded\",\"data\":{\"object\":{\"object\":\"charge\","
		"\"payment_intent\":\"pi_1\",\"metadata\":{\"payment\":\"" UUID "\"}}}}";
	const struct payment_provider *stripe = payment_provider("stripe");
	struct config config = payment_config(), no_secret = { .payment_webhook_secret = "" };
	char signed_text[sizeof BODY + 20], hex[65], header[300];
	struct payment_notice n;

	ck_assert_str_eq(stripe->signature, "Stripe-Signature");
	snprintf(signed_text, sizeof signed_text, "%s.%s", "1700000000", BODY);
	payment_sandbox_sign(&config, signed_text, strlen(signed_text), hex);
	snprintf(header, sizeof header, "t=1700000000,v1=%s", hex);
	ck_assert(stripe->notice(&config, BODY, strlen(BODY), header, INT64_C(1700000299000), &n));
	ck_assert_str_eq(n.id, "evt_1");
	ck_assert_str_eq(n.uuid, UUID);
	ck_assert_str_eq(n.reference, "pi_1");
	ck_assert(n.desk && n.ours);
	ck_assert(!stripe->notice(&config, BODY, strlen(BODY), header, INT64_C(1700000301000), &n));
	ck_assert(!stripe->notice(&config, BODY, strlen(BODY), header, INT64_C(1699999699000), &n));
	ck_assert(!stripe->notice(&config, BODY, strlen(BODY) - 1, header, INT64_C(1700000000000), &n));
	ck_assert(!stripe->notice(&no_secret, BODY, strlen(BODY), header, INT64_C(1700000000000), &n));
	snprintf(header, sizeof header, "t=1700000000,v0=%s", hex);
	ck_assert(!stripe->notice(&config, BODY, strlen(BODY), header, INT64_C(1700000000000), &n));
	snprintf(header, sizeof header, "t=1700000000,v1=abc,v1=%s,v0=x", hex);
	ck_assert(stripe->notice(&config, BODY, strlen(BODY), header, INT64_C(1700000000000), &n));
	for (size_t len = 0; len < strlen(header); len++) { /* cut anywhere it is none, or whole already */
		char cut[sizeof header];

		memcpy(cut, header, len);
		cut[len] = '\0';
		ck_assert_msg(stripe->notice(&config, BODY, strlen(BODY), cut, INT64_C(1700000000000), &n) ==
				      (len >= strlen(header) - 5),
			      "%s", cut);
	}
}
END_TEST

/* Outside the demo the sandbox takes nothing: anybody could pay with its cards. */
START_TEST(nobody_pays_with_the_sandbox_outside_the_demo)
{
	struct config config = { .payment_provider = "sandbox", .demo = true };

	ck_assert_int_eq(payment_way(&config), PAY_BY_TOKEN);
	config.demo = false;
	ck_assert_int_eq(payment_way(&config), PAY_NOT_AT_ALL);
	config.payment_provider = "stripe";
	ck_assert_int_eq(payment_way(&config), PAY_AT_PROVIDER);
	config.demo = true;
	ck_assert_int_eq(payment_way(&config), PAY_AT_PROVIDER);
}
END_TEST

static void no_proxy(void)
{
	/* The loopback is meant, whatever proxy the machine has. */
	setenv("no_proxy", "*", 1);
}

Suite *outside_suite(void)
{
	Suite *suite = suite_create("outside");
	TCase *tests = tcase_create("outside");

	tcase_add_checked_fixture(tests, no_proxy, NULL);
	tcase_add_test(tests, sms_posts_json);
	tcase_add_test(tests, sms_says_what_it_belongs_to);
	tcase_add_test(tests, sms_understands_answers);
	tcase_add_test(tests, sms_follows_no_redirect);
	tcase_add_test(tests, sms_gives_up);
	tcase_add_test(tests, mail_is_written_well);
	tcase_add_test(tests, mail_subjects_survive);
	tcase_add_test(tests, mail_brings_files);
	tcase_add_test(tests, mail_refuses_files_with_a_header_in_their_name);
	tcase_add_test(tests, mail_has_both_texts_and_ways_to_answer);
	tcase_add_test(tests, mail_refuses_injection);
	tcase_add_test(tests, mail_understands_answers);
	tcase_add_test(tests, sandbox_charges);
	tcase_add_test(tests, sandbox_hangs_as_long_as_it_is_told);
	tcase_add_test(tests, sandbox_notices_are_signed);
	tcase_add_test(tests, stripe_counts_money_its_own_way);
	tcase_add_test(tests, stripe_notices_are_signed);
	tcase_add_test(tests, nobody_pays_with_the_sandbox_outside_the_demo);
	suite_add_tcase(suite, tests);
	return suite;
}
