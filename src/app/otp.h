#ifndef APP_OTP_H
#define APP_OTP_H
/* One-time codes as every action uses them: six digits, five minutes, few tries, one use, bound to a purpose, a role, a
 * recipient and the account as it was. All of it runs in the action's transaction (WRITES). */
#include "http/request.h"

/* Sends in OTP_SENDS_MINUTES: who has shown the right password (purpose "login") is not a stranger. */
enum { OTP_MINUTES = 5, OTP_SENDS = 3, OTP_LOGIN_SENDS = 10, OTP_SENDS_MINUTES = 10 };

struct otp_send {
	const char *purpose;	     /* "login" */
	const char *role;	     /* "customer": whose sign-in it is for */
	const char *recipient;	     /* mobile number (E.164), or an e-mail, which has an "@" */
	int64_t account_id;	     /* 0: nobody's */
	const struct tongue *tongue; /* the message's */
	const char *payload;	     /* JSON kept with it for otp_redeem's row, or NULL */
	bool nobody;		     /* nothing is sent and no code is right, so that a stranger learns nothing */
	const char *instead;	     /* with nobody: a message that is sent all the same, without a code; or NULL */
};

/* Makes a code and queues its message; for nobody too, where that message goes nowhere, for it must take as long. Answers
 * otp_required, expires_in and challenge, and returns the challenge's text; NULL after refusing with 429 when that recipient
 * was sent as many for this purpose, and caller, as may be. */
const char *otp_send(struct request *rq, const struct otp_send *send);

/* The code that was sent last, if it is still good and who asks has tries left: answers the same as otp_send() and returns its challenge's text. NULL
 * when a new one must be sent. */
const char *otp_live(struct request *rq, const char *purpose, const char *role, const char *recipient);

struct otp_shown {
	const char *purpose, *role;
	const char *recipient; /* NULL: a page, which knows it by its challenge alone */
	const char *challenge; /* UUID text; NULL where recipient says enough */
};

/* The row of the code that was shown (store/otp.h), one try taken; NULL after refusing: there is none, it or a newer one is
 * used, it has expired, its account has changed, or no tries are left. */
const struct row *otp_open(struct request *rq, const struct otp_shown *shown);
/* Is this the right code for the row? */
bool otp_right(const struct row *row, const char *code);
/* Refuses a wrong code; its try stays counted. */
int otp_refuse(struct request *rq);
/* Uses the row up; false after refusing when another request was first. */
bool otp_finish(struct request *rq, const struct row *row);
/* All four: the used-up row of the right code, or NULL after refusing. */
const struct row *otp_redeem(struct request *rq, const struct otp_shown *shown, const char *code);

/* What whoever had a code sent is told. */
/* clang-format off */
#define OTP_ANSWER                                                                                                     \
	{ "otp_required", F_BOOL, .help = "A code is on its way, or an app shows it" },                                \
		{ "expires_in", F_INT, .help = "Seconds that it is good" },                                            \
		{ "challenge", F_UUID, .help = "Send it back with the code" }
/* clang-format on */
extern const struct field OTP_SENT[];

#endif
