/* One who is sent two at once by two senders has one token: the key decides, and both read it. */
#include "store/mail_choice.h"
#include "base/uuid.h"
#include <sodium.h>

const char *mail_choice_token(struct db *db, const char *recipient, ms_t now)
{
	uint8_t bytes[MAIL_TOKEN / 2];
	char token[MAIL_TOKEN + 1];
	const struct row *row;

	random_bytes(bytes, sizeof bytes);
	sodium_bin2hex(token, sizeof token, bytes, sizeof bytes);
	db_exec(db, "INSERT IGNORE INTO mail_choice (recipient, token, created_at) VALUES (?, ?, ?)",
		args(recipient, token, arg_time(now)));
	row = db_one(db,
		     "SELECT token, declined_at IS NOT NULL AS `declined:bool` FROM mail_choice WHERE recipient = ?",
		     args(recipient));
	return row && !row_bool(row, "declined") ? row_text(row, "token") : NULL;
}

const struct row *mail_choice_get(struct db *db, const char *token)
{
	return db_one(db,
		      "SELECT recipient, declined_at IS NOT NULL AS `declined:bool` FROM mail_choice WHERE token = ?",
		      args(token));
}

void mail_choice_set(struct db *db, const char *token, bool declined, ms_t now)
{
	db_exec(db, "UPDATE mail_choice SET declined_at = ? WHERE token = ? AND (declined_at IS NOT NULL) <> ?",
		args(arg_time_or_null(declined ? now : 0), token, declined));
}
