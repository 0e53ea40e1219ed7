/* `gatehouse send-test EMAIL|NUMBER`: sends a message as jobs would, at once and without the outbox, and says what came of it:
 * so who sets a gateway up need not wait for a customer's code to learn of a slip. */
#include "base/clock.h"
#include "base/uuid.h"
#include "command/command.h"
#include "http/validate.h"
#include "outside/mail.h"
#include "outside/sms.h"
#include <stdio.h>
#include <string.h>

enum { ERROR_SIZE = 300 };

static int usage(void)
{
	fprintf(stderr, "usage: gatehouse send-test EMAIL|NUMBER\n");
	return 2;
}

static enum send_outcome send_mail(const struct config *config, const char *to, const char *text, char *error)
{
	char subject[200], id[UUID_SIZE + 5], uuid[UUID_SIZE];
	uint8_t bytes[UUID_BYTES];

	uuid_make(bytes);
	snprintf(id, sizeof id, "test.%s", uuid_text(bytes, uuid));
	snprintf(subject, sizeof subject, "A test of %s", config->name);
	return mail_send(config, &(struct mail){ .to = to, .subject = subject, .text = text, .message_id = id }, error,
			 ERROR_SIZE);
}

int command_send_test(const struct config *config, int argc, char **argv)
{
	const char *to = argc == 1 ? argv[0] : "";
	bool mail = strchr(to, '@') != NULL;
	const char *transport = mail ? config->mail_transport : config->sms_transport;
	const char *through = mail ? config->mail_url : config->sms_url, *section = mail ? "mail" : "sms";
	char number[20], text[400], at[ISO_SIZE], error[ERROR_SIZE] = "";
	enum send_outcome outcome;

	if (mail ? !email_valid(to) : !mobile_normalise(to, config->country_code, number))
		return usage();
	if (!mail)
		to = number;
	if (!strcmp(transport, "sandbox")) {
		fprintf(stderr, "gatehouse: [%s] transport is sandbox: nothing is sent. Set transport and url.\n",
			section);
		return 1;
	}
	snprintf(text, sizeof text, "This is a test of %s, sent at %s. Nothing is to be done.", config->name,
		 clock_iso(clock_now(), at));
	outcome = mail ? send_mail(config, to, text, error) : sms_send(config, to, text, error, sizeof error);
	if (outcome == SEND_OK) {
		printf("%s took a message to %s\n", through, to);
		return 0;
	}
	fprintf(stderr, "gatehouse: %s did not take the message to %s: %s%s\n", through, to, error,
		outcome == SEND_LATER ? " Jobs would try again." : " Jobs would not try again.");
	return 1;
}
