/* A message is written here and carried by libcurl's SMTP. Whatever stands in a header was checked
 * for control characters first, so nobody who chooses a name or a subject can add a header or a
 * recipient; the body is quoted-printable (RFC 2045 §6.7), which leaves nothing in it that a mail
 * server could take for its own. */
#include "outside/mail.h"
#include "base/buf.h"
#include "base/clock.h"
#include "outside/curl.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
	MESSAGE_MAX = 512 * 1024,
	LINE = 76, /* of quoted-printable, RFC 2045 */
	/* In one encoded word: 60 characters of base64, 72 of 75 allowed (RFC 2047 §2). */
	WORD_BYTES = 45,
	PLAIN_SUBJECT = 60
};

struct letter {
	struct buf *text;
	size_t read;
};

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 32 || *text == 127)
			return true;
	return false;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 128)
			return false;
	return true;
}

/* One address as it may stand between < and >. */
static bool address_fits(const char *address, size_t len)
{
	const char *at = memchr(address, '@', len);

	if (!at || at == address || at == address + len - 1 || len > 254)
		return false;
	for (size_t i = 0; i < len; i++)
		if (address[i] <= ' ' || address[i] == 127 || strchr("<>,;:\\\"()[]", address[i]))
			return false;
	return memchr(at + 1, '@', len - (size_t)(at + 1 - address)) == NULL;
}

/* The address in "Name <address>" or "address". */
static const char *address_in(const char *from, size_t *len)
{
	const char *open = strchr(from, '<');

	if (!open) {
		*len = strlen(from);
		return from;
	}
	*len = strcspn(open + 1, ">");
	return open + 1;
}

/* RFC 2047: text in as many encoded words as it takes, no character split, each but the first on a
 * line of its own. */
static void encoded_words(struct buf *b, const char *text)
{
	char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	size_t left = strlen(text);

	while (left > 0) {
		size_t take = left < WORD_BYTES ? left : WORD_BYTES;

		while (take < left && take > 1 && ((unsigned char)text[take] & 0xc0) == 0x80)
			take--;
		sodium_bin2base64(word, sizeof(word), (const unsigned char *)text, take,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_printf(b, "=?UTF-8?B?%s?=", word);
		text += take;
		left -= take;
		if (left > 0)
			buf_text(b, "\r\n ");
	}
}

static void header_text(struct buf *b, const char *text)
{
	if (is_ascii(text) && strlen(text) <= PLAIN_SUBJECT && !strstr(text, "=?"))
		buf_text(b, text);
	else
		encoded_words(b, text);
}

static void header_from(struct buf *b, const char *from)
{
	char name[256];
	size_t len, name_len = strcspn(from, "<");
	const char *address = address_in(from, &len);

	buf_text(b, "From: ");
	if (address != from) {
		while (name_len > 0 && from[name_len - 1] == ' ')
			name_len--;
		snprintf(name, sizeof(name), "%.*s", (int)name_len, from);
		if (*name) {
			header_text(b, name);
			buf_char(b, ' ');
		}
	}
	buf_printf(b, "<%.*s>\r\n", (int)len, address);
}

/* Does c stand for itself? A blank does unless it ends its line, where servers may drop it. */
static bool literal(unsigned char c, char next)
{
	if (c == ' ' || c == '\t')
		return next != '\0' && next != '\n' && next != '\r';
	return c > 32 && c < 127 && c != '=';
}

static void quoted_printable(struct buf *b, const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = literal(c, text[1]);

		if (c == '\r' && text[1] == '\n')
			continue;
		if (c == '\n') {
			buf_text(b, "\r\n");
			column = 0;
			continue;
		}
		if (column + (plain ? 1 : 3) > LINE - 1) {
			buf_text(b, "=\r\n");
			column = 0;
		}
		if (plain)
			buf_char(b, (char)c);
		else
			buf_printf(b, "=%02X", c);
		column += plain ? 1 : 3;
	}
	buf_text(b, "\r\n");
}

static void compose(struct buf *b, const struct config *config, const char *to, const char *subject, const char *text,
		    const char *message_id)
{
	char date[64] = "";
	size_t len;
	const char *address = address_in(config->mail_from, &len);
	const char *host = memchr(address, '@', len);

	/* The program never leaves the C locale, so days and months are English, as RFC 5322 §3.3
	 * wants. */
	clock_format(clock_now(), "UTC", "%a, %d %b %Y %H:%M:%S +0000", date, sizeof(date));
	buf_printf(b, "Date: %s\r\n", date);
	header_from(b, config->mail_from);
	buf_printf(b, "To: <%s>\r\nSubject: ", to);
	header_text(b, subject);
	buf_printf(b, "\r\nMessage-ID: <%s%.*s>\r\n", message_id,
		   strchr(message_id, '@') ? 0 : (int)(len - (size_t)(host - address)), host);
	buf_text(b, "MIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n"
		    "Auto-Submitted: auto-generated\r\n\r\n");
	quoted_printable(b, text);
}

static size_t hand_over(char *out, size_t size, size_t n, void *with)
{
	struct letter *letter = with;
	size_t left = letter->text->len - letter->read;
	size_t take = size * n < left ? size * n : left;

	memcpy(out, letter->text->data + letter->read, take);
	letter->read += take;
	return take;
}

/* TLS wherever the other side has it, always where a password is sent; but not on this host's own
 * wire, where a local server's certificate is usually nobody's. */
static long tls_for(const struct config *config)
{
	static const char *const LOCAL[] = { "smtp://localhost", "smtp://127.", "smtp://[::1]" };

	for (size_t i = 0; i < sizeof(LOCAL) / sizeof(LOCAL[0]); i++)
		if (strncmp(config->mail_url, LOCAL[i], strlen(LOCAL[i])) == 0)
			return CURLUSESSL_NONE;
	return *config->mail_user ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

/* A server that says 5xx to this message will say it again; where it refuses our password, the
 * message is not at fault. */
static enum send_outcome outcome_of(CURLcode fault, long reply, char *error, size_t size)
{
	if (fault == CURLE_OK)
		return SEND_OK;
	if (reply >= 400 && fault != CURLE_LOGIN_DENIED) {
		snprintf(error, size, "The mail server answered %ld.", reply);
		return reply >= 500 ? SEND_NEVER : SEND_LATER;
	}
	snprintf(error, size, "The mail server did not take it: %s.", curl_easy_strerror(fault));
	return SEND_LATER;
}

static enum send_outcome deliver(const struct config *config, const char *to, struct letter *letter, char *error,
				 size_t size)
{
	CURL *curl = curl_new(config->mail_url, "smtp,smtps");
	char from[258], rcpt[258];
	struct curl_slist *recipients;
	enum send_outcome outcome;
	CURLcode fault;
	size_t len;
	long reply = 0;
	const char *address = address_in(config->mail_from, &len);

	if (!curl) {
		snprintf(error, size, "libcurl cannot start.");
		return SEND_LATER;
	}
	snprintf(from, sizeof(from), "<%.*s>", (int)len, address);
	snprintf(rcpt, sizeof(rcpt), "<%s>", to);
	recipients = curl_slist_append(NULL, rcpt);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, hand_over);
	curl_easy_setopt(curl, CURLOPT_READDATA, letter);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_for(config));
	if (*config->mail_user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, config->mail_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, config->mail_password);
	}
	fault = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	outcome = outcome_of(fault, reply, error, size);
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	return outcome;
}

/* NULL, or why this can never be sent. */
static const char *fault_of(const char *to, const char *subject, const char *message_id)
{
	if (!address_fits(to, strlen(to)) || !is_ascii(to))
		return "The recipient is not a mail address.";
	if (has_control(subject))
		return "The subject holds a control character.";
	if (has_control(message_id) || strpbrk(message_id, " <>") || !is_ascii(message_id) || !*message_id)
		return "The message id is not one.";
	return NULL;
}

enum send_outcome mail_send(const struct config *config, const char *to, const char *subject, const char *text,
			    const char *message_id, char *error, size_t size)
{
	const char *fault = fault_of(to, subject, message_id), *address;
	enum send_outcome outcome = SEND_NEVER;
	struct letter letter = { 0 };
	size_t len;

	snprintf(error, size, "%s", fault ? fault : "");
	if (fault)
		return SEND_NEVER;
	if (strcmp(config->mail_transport, "sandbox") == 0)
		return SEND_OK;
	if (strcmp(config->mail_transport, "smtp") != 0) {
		snprintf(error, size, "The mail transport is not known.");
		return SEND_LATER;
	}
	address = address_in(config->mail_from, &len);
	if (!address_fits(address, len) || has_control(config->mail_from)) {
		snprintf(error, size, "The configured sender is not a mail address.");
		return SEND_LATER;
	}
	letter.text = buf_new(NULL, MESSAGE_MAX);
	compose(letter.text, config, to, subject, text, message_id);
	if (buf_over(letter.text))
		snprintf(error, size, "The message is too long.");
	else
		outcome = deliver(config, to, &letter, error, size);
	talloc_free(letter.text);
	return outcome;
}
