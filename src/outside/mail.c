/* A message is put together and carried by libcurl, its text as quoted-printable (RFC 2045 §6.7), which leaves nothing in it
 * that a mail server could take for its own. The headers are ours: what stands in one was checked for control characters
 * first, so nobody who chooses a name or a subject can add a header or a recipient. */
#include "outside/mail.h"
#include "base/buf.h"
#include "base/clock.h"
#include "outside/curl.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MESSAGE_MAX = 512 * 1024,
	/* In one encoded word: 60 characters of base64, 72 of 75 allowed (RFC 2047 §2). */
	WORD_BYTES = 45,
	PLAIN_SUBJECT = 60,
	/* In one line of a file's name: three times as many characters, and what stands before them. */
	NAME_PIECE = 18
};

struct letter {
	struct curl_slist *headers;
	curl_mime *body;
	bool too_long;
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

	if (address != from) {
		while (name_len > 0 && from[name_len - 1] == ' ')
			name_len--;
		snprintf(name, sizeof(name), "%.*s", (int)name_len, from);
		if (*name) {
			header_text(b, name);
			buf_char(b, ' ');
		}
	}
	buf_printf(b, "<%.*s>", (int)len, address);
}

/* Adds "name: value"; value is used up. */
static void add_header(struct letter *letter, const char *name, struct buf *value)
{
	char *line = talloc_asprintf(value, "%s: %s", name, value->data);
	struct curl_slist *longer = line ? curl_slist_append(letter->headers, line) : NULL;

	if (!longer)
		abort();
	letter->headers = longer;
	letter->too_long |= buf_over(value);
	buf_clear(value);
}

/* Where answers go, and how its reader wants no more of them with one press of a button (RFC 2369, RFC 8058). */
static void add_ways(struct letter *letter, const struct mail *mail, struct buf *value)
{
	if (mail->reply_to && address_fits(mail->reply_to, strlen(mail->reply_to)) && is_ascii(mail->reply_to)) {
		buf_printf(value, "<%s>", mail->reply_to);
		add_header(letter, "Reply-To", value);
	}
	if (!mail->unsubscribe)
		return;
	buf_printf(value, "<%s>", mail->unsubscribe);
	add_header(letter, "List-Unsubscribe", value);
	buf_text(value, "List-Unsubscribe=One-Click");
	add_header(letter, "List-Unsubscribe-Post", value);
}

static void add_headers(struct letter *letter, const struct config *config, const struct mail *mail)
{
	struct buf *value = buf_new(NULL, MESSAGE_MAX);
	char date[64] = "";
	size_t len;
	const char *address = address_in(config->mail_from, &len);
	const char *host = memchr(address, '@', len);

	/* The program never leaves the C locale, so days and months are English, as RFC 5322 §3.3
	 * wants. */
	clock_format(clock_now(), "UTC", "%a, %d %b %Y %H:%M:%S +0000", date, sizeof(date));
	buf_text(value, date);
	add_header(letter, "Date", value);
	header_from(value, config->mail_from);
	add_header(letter, "From", value);
	buf_printf(value, "<%s>", mail->to);
	add_header(letter, "To", value);
	header_text(value, mail->subject);
	add_header(letter, "Subject", value);
	buf_printf(value, "<%s%.*s>", mail->message_id,
		   strchr(mail->message_id, '@') ? 0 : (int)(len - (size_t)(host - address)), host);
	add_header(letter, "Message-ID", value);
	buf_text(value, "auto-generated");
	add_header(letter, "Auto-Submitted", value);
	add_ways(letter, mail, value);
	talloc_free(value);
}

/* Adds a part of that type, each line of it ended as mail ends lines: libcurl would take a lone newline for a character like
 * another. */
static void add_text(struct letter *letter, curl_mime *to, const char *text, const char *type)
{
	struct buf *lines = buf_new(NULL, MESSAGE_MAX);
	curl_mimepart *part = curl_mime_addpart(to);

	for (; *text; text++)
		if (*text == '\n')
			buf_text(lines, "\r\n");
		else if (*text != '\r' || text[1] != '\n')
			buf_char(lines, *text);
	if (!part || curl_mime_data(part, lines->data, lines->len) != CURLE_OK ||
	    curl_mime_type(part, type) != CURLE_OK || curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
		abort();
	letter->too_long |= buf_over(lines);
	talloc_free(lines);
}

/* The name of a file behind a Content-Disposition: quoted where that is all it takes, else in the charset and percent signs of
 * RFC 2231 §4, in pieces of a line each (§3), no character split. */
static void file_name(struct buf *value, const char *name)
{
	unsigned piece = 0;

	if (is_ascii(name) && strlen(name) <= PLAIN_SUBJECT && !strpbrk(name, "\"\\%")) {
		buf_printf(value, "; filename=\"%s\"", name);
		return;
	}
	while (*name) {
		char part[NAME_PIECE + 1];
		size_t take = strnlen(name, NAME_PIECE);

		while (take > 1 && ((unsigned char)name[take] & 0xc0) == 0x80)
			take--;
		memcpy(part, name, take);
		part[take] = '\0';
		buf_printf(value, ";\r\n filename*%u*=%s", piece, piece ? "" : "UTF-8''");
		buf_url(value, part, "");
		name += take;
		piece++;
	}
}

/* A file behind the text, as base64. */
static void add_file(struct letter *letter, const struct mail_file *file)
{
	struct buf *value = buf_new(NULL, MESSAGE_MAX);
	curl_mimepart *part = curl_mime_addpart(letter->body);
	struct curl_slist *headers;

	buf_text(value, "Content-Disposition: attachment");
	file_name(value, file->name);
	headers = curl_slist_append(NULL, value->data);
	if (!part || !headers || curl_mime_data(part, file->bytes, file->len) != CURLE_OK ||
	    curl_mime_type(part, file->type) != CURLE_OK || curl_mime_encoder(part, "base64") != CURLE_OK ||
	    curl_mime_headers(part, headers, 1) != CURLE_OK)
		abort();
	letter->too_long |= buf_over(value) || has_control(file->name) || has_control(file->type);
	talloc_free(value);
}

/* What the mail says, into to: text alone, or both ways, the better one last (RFC 2046, 5.1.4). */
static void add_words(struct letter *letter, CURL *curl, curl_mime *to, const struct mail *mail)
{
	curl_mime *both = mail->html ? curl_mime_init(curl) : NULL;
	curl_mimepart *part = both ? curl_mime_addpart(to) : NULL;

	add_text(letter, both ? both : to, mail->text, "text/plain; charset=utf-8");
	if (!mail->html)
		return;
	if (!part)
		abort();
	add_text(letter, both, mail->html, "text/html; charset=utf-8");
	if (curl_mime_subparts(part, both) != CURLE_OK || curl_mime_type(part, "multipart/alternative") != CURLE_OK)
		abort();
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

void mail_secure(CURL *curl, const struct config *config)
{
	curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_for(config));
	if (*config->mail_user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, config->mail_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, config->mail_password);
	}
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

static enum send_outcome deliver(CURL *curl, const struct config *config, const char *to, const struct letter *letter,
				 char *error, size_t size)
{
	char from[258], rcpt[258];
	struct curl_slist *recipients;
	enum send_outcome outcome;
	CURLcode fault;
	size_t len;
	long reply = 0;
	const char *address = address_in(config->mail_from, &len);

	snprintf(from, sizeof(from), "<%.*s>", (int)len, address);
	snprintf(rcpt, sizeof(rcpt), "<%s>", to);
	recipients = curl_slist_append(NULL, rcpt);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, letter->headers);
	curl_easy_setopt(curl, CURLOPT_MIMEPOST, letter->body);
	mail_secure(curl, config);
	fault = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	outcome = outcome_of(fault, reply, error, size);
	curl_slist_free_all(recipients);
	return outcome;
}

static enum send_outcome write_and_deliver(const struct config *config, const struct mail *mail, char *error,
					   size_t size)
{
	CURL *curl = curl_new(config->mail_url, "smtp,smtps");
	struct letter letter = { .body = curl ? curl_mime_init(curl) : NULL };
	enum send_outcome outcome = SEND_NEVER;

	if (!letter.body) {
		curl_easy_cleanup(curl);
		snprintf(error, size, "libcurl cannot start.");
		return SEND_LATER;
	}
	add_headers(&letter, config, mail);
	add_words(&letter, curl, letter.body, mail);
	for (size_t i = 0; i < mail->n_files; i++)
		add_file(&letter, &mail->files[i]);
	if (letter.too_long)
		snprintf(error, size, "The message is too long.");
	else
		outcome = deliver(curl, config, mail->to, &letter, error, size);
	curl_easy_cleanup(curl);
	curl_mime_free(letter.body);
	curl_slist_free_all(letter.headers);
	return outcome;
}

/* NULL, or why this can never be sent. */
static const char *fault_of(const struct mail *mail)
{
	const char *to = mail->to, *message_id = mail->message_id;

	if (!address_fits(to, strlen(to)) || !is_ascii(to))
		return "The recipient is not a mail address.";
	if (has_control(mail->subject))
		return "The subject holds a control character.";
	if (has_control(message_id) || strpbrk(message_id, " <>") || !is_ascii(message_id) || !*message_id)
		return "The message id is not one.";
	if (mail->unsubscribe && (has_control(mail->unsubscribe) || strpbrk(mail->unsubscribe, " <>")))
		return "The address to unsubscribe at is not one.";
	return NULL;
}

enum send_outcome mail_send(const struct config *config, const struct mail *mail, char *error, size_t size)
{
	const char *fault = fault_of(mail), *address;
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
	return write_and_deliver(config, mail, error, size);
}
