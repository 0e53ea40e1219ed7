/* The page where a mail's reader says that they want no more of them. Its address holds a random token that only their mail has,
 * so nobody signs in for it; looking at it changes nothing, for mail programs and scanners look at every address, and a POST to
 * it does, whoever sends it (RFC 8058: a mail program, with List-Unsubscribe=One-Click and no cookie). */
#include "store/mail_choice.h"
#include "app/actions/account.h"
#include "app/contact.h"
#include <string.h>

const struct field MAIL_CHOICE[] = {
	{ "List-Unsubscribe", F_TEXT, .max = 40, .help = "What a mail program sends: One-Click" },
	{ "again", F_BOOL, .help = "To have them again after all" },
	FIELDS_END,
};

/* GET /unsubscribe/:token. */
int mail_choice_show(struct request *rq)
{
	const struct row *choice = mail_choice_get(rq->db, path_text(rq, "token"));

	if (!choice)
		return refuse(rq, 404, "NOT_FOUND", "Nobody's mails have this address.");
	answer_text(rq->data, "to", contact_hint(rq, row_text(choice, "recipient")));
	answer_bool(rq->data, "declined", row_bool(choice, "declined"));
	return ANSWERED;
}

/* POST /unsubscribe/:token. */
int mail_choice_change(struct request *rq)
{
	bool again = field_given(rq, "again") && field_bool(rq, "again");

	if (!mail_choice_get(rq->db, path_text(rq, "token")))
		return refuse(rq, 404, "NOT_FOUND", "Nobody's mails have this address.");
	mail_choice_set(rq->db, path_text(rq, "token"), !again, rq->now);
	if (again)
		say(rq, "You get them again.");
	else
		say(rq, "You get no more such mails.");
	return mail_choice_show(rq);
}
