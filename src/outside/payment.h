#ifndef OUTSIDE_PAYMENT_H
#define OUTSIDE_PAYMENT_H
/* A payment provider behind one interface, chosen by config: "sandbox", the twin for demo and tests, and "stripe"
 * (outside/stripe.c). A further one, bank transfer among them, is one more row of PROVIDERS in payment.c: what it cannot do it
 * leaves NULL, and a transfer that comes days later is a payment that stays PAY_PENDING until it is asked about.
 *
 * What is charged and what was refunded is what the provider says when it is asked: a page that comes back from it, and a notice,
 * only say that there is something to ask about. Never called inside a transaction. Calls carry curl_traced() (outside/curl.h).
 *
 * Sandbox tokens: tok_ok succeeds; tok_declined declines; tok_slow answers nothing after [payment] slow_ms (a time-out: the
 * state stays unknown until asked, and then it has not been charged); tok_late requires action and is confirmed when asked, unless it was ended before. Its
 * state is derived from the reference alone, so it needs no storage and works on every node. */
#include "base/clock.h"
#include "base/config.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum payment_state {
	PAY_SUCCEEDED,
	PAY_DECLINED,
	PAY_PENDING /* ask again */,
	PAY_REQUIRES_ACTION,
	PAY_UNKNOWN /* no answer */
};

enum { PAYMENT_REFERENCE = 256, PAYMENT_URL = 2048, PAYMENT_SECRET = 256 };

/* What is to be paid, in our words. All texts are borrowed. */
struct payment_bill {
	const char *uuid; /* our payment's: what the provider knows it by, and part of each call's idempotency key */
	const char *reference; /* the order's, as a person reads it out */
	const char *title;     /* what is bought, shown to who pays */
	const char *email;     /* theirs, "" for none */
	const char *locale;    /* theirs: "en" */
	const char *back;      /* an address of ours to which the provider's page leads back, paid or not */
	int64_t amount;	       /* minor units, as ISO 4217 has them */
	const char *currency;
	ms_t begun;  /* when the payment was */
	ms_t until;  /* the end of the hold */
	bool hosted; /* on the provider's own page, rather than in an app */
	/* With a card that is kept there (struct payment_keep), by a job: nobody is there to confirm anything. NULL: not so */
	const char *payer;
};

/* A card of the payer's that is to be kept at the provider, to be charged by it later when nobody is there. All texts are borrowed. */
struct payment_keep {
	const char *uuid;  /* ours: part of each call's idempotency key, and what a notice names */
	const char *payer; /* what the provider knows them by, "": nothing yet */
	const char *email; /* theirs, "" for none */
	const char *locale;
	const char *back; /* an address of ours to which the provider's page leads back, chosen or not */
	const char *currency;
	ms_t begun;
};

struct payment_kept {
	/* PAY_SUCCEEDED: it is kept; PAY_REQUIRES_ACTION: it is chosen at url; PAY_DECLINED: it will not be; PAY_PENDING, PAY_UNKNOWN */
	enum payment_state state;
	char reference[PAYMENT_REFERENCE];		      /* of the page, or of the attempt */
	char payer[PAYMENT_REFERENCE], token[200], shown[60]; /* how the provider calls them, and people the card */
	char failure[120], url[PAYMENT_URL];
};

struct payment_answer {
	enum payment_state state;
	char reference[PAYMENT_REFERENCE]; /* the provider's; made from ours when it gave none */
	char failure[120];		   /* a sentence when declined or unknown */
	/* with PAY_REQUIRES_ACTION, what the payer does next: goes to url, or an app confirms with client_secret. Both "": waits */
	char url[PAYMENT_URL], client_secret[PAYMENT_SECRET];
};

/* A part of a payment, or all that is left of it, that is to go back. */
struct payment_part {
	const char *uuid;      /* the refund's: with the amount it is the call's idempotency key */
	const char *reference; /* the provider's, of the payment */
	int64_t amount;
	const char *currency;
};

enum refund_state {
	REFUND_DONE,
	REFUND_PENDING,	  /* taken up; it will be told of, and can be looked for */
	REFUND_FAILED,	  /* never by this way */
	REFUND_OTHERWISE, /* not so: some of the money went back already. Look what did */
	REFUND_UNKNOWN	  /* no answer: ask again with the same part */
};

struct refund_answer {
	enum refund_state state;
	char reference[PAYMENT_REFERENCE]; /* the provider's, of the refund */
};

/* What was done at the provider's own desk, or came of what we did: one refund or one dispute. */
struct payment_news {
	bool dispute;
	char reference[PAYMENT_REFERENCE]; /* the provider's: of the refund or the dispute */
	char payment[PAYMENT_REFERENCE];   /* and of the payment, as answers name it once it succeeded */
	char ours[37];			   /* the uuid of our refund, where it was ours, else "" */
	int64_t amount;			   /* minor units */
	char currency[4];		   /* upper case */
	enum refund_state refund;	   /* of a refund: done, pending or failed */
	const char *status;		   /* of a dispute: "open", "won", "lost" */
	char reason[60];		   /* the provider's word, "" for none */
	ms_t at, due;			   /* when it began; until when a dispute may be answered, 0: not said */
};

typedef bool news_fn(void *with, const struct payment_news *news);

/* What a notice is about: what stands in it is asked about, and nothing of it is believed. */
struct payment_notice {
	char id[PAYMENT_REFERENCE];	   /* of the notice */
	char uuid[37];			   /* our payment's, or "" */
	char reference[PAYMENT_REFERENCE]; /* else the provider's */
	bool desk;			   /* it tells of refunds or disputes */
	bool ours;			   /* false: it is signed rightly and about nothing of ours */
};

struct payment_provider {
	const char *name;
	const char *signature; /* the header in which a notice is signed */
	/* Makes at the provider what is then paid; nothing is charged by it. PAY_REQUIRES_ACTION with what the payer does next, or
	 * PAY_DECLINED; PAY_UNKNOWN: nobody has been given anything by which it could be paid. Twice with one bill is once. NULL: there is
	 * no such step. */
	struct payment_answer (*begin)(const struct config *config, const struct payment_bill *bill);
	/* Charges with a token of the payer's card. reference: of begin(), or "". Twice with one token charges once. */
	struct payment_answer (*charge)(const struct config *config, const struct payment_bill *bill,
					const char *reference, const char *token);
	/* What became of a charge; by our uuid and its reference (may be ""). A charge of another amount or currency than the bill's is
	 * PAY_UNKNOWN, and logged. */
	struct payment_answer (*ask)(const struct config *config, const struct payment_bill *bill,
				     const char *reference);
	/* Ends what could still be paid, and answers as ask() does: PAY_DECLINED where it was ended. NULL: nothing stays open. */
	struct payment_answer (*close)(const struct config *config, const struct payment_bill *bill,
				       const char *reference);
	/* Keeps a card: token, an app's, or NULL: chosen on the provider's own page. Nothing is charged. NULL: it keeps none. */
	struct payment_kept (*keep)(const struct config *config, const struct payment_keep *keep, const char *token);
	/* What became of that, by its reference. */
	struct payment_kept (*kept)(const struct config *config, const char *reference);
	/* Lets a kept card go. False: ask again. */
	bool (*let_go)(const struct config *config, const char *token);
	/* Erases a payer, and what was kept of theirs. False: ask again. */
	bool (*forget)(const struct config *config, const char *payer);
	/* Gives a part of it back, which may be all. Repeated with the same part it is done once. */
	struct refund_answer (*refund)(const struct config *config, const struct payment_part *part);
	/* Tells of every refund and dispute of a payment, by its reference, or with NULL of all payments since a moment. False when it
	 * could not be told to its end, or tell said so. NULL: it has no desk. */
	bool (*desk)(const struct config *config, const char *reference, ms_t since, news_fn *tell, void *with);
	/* Our uuid of a charge that the provider knows by reference. False: it is none of ours, or there was no answer. NULL: a notice
	 * always says it. */
	bool (*whose)(const struct config *config, const char *reference, char uuid[37]);
	/* A notice's body: signed rightly, and not too long ago? Then *notice is filled. */
	bool (*notice)(const struct config *config, const char *body, size_t len, const char *signature, ms_t now,
		       struct payment_notice *notice);
};

/* What the sandbox sends as the signature of a notice's body: 64 hex digits of HMAC-SHA-256. Returns out. */
char *payment_sandbox_sign(const struct config *config, const char *body, size_t len, char out[65]);

/* NULL for an unknown name. */
const struct payment_provider *payment_provider(const char *name);

/* How one pays here: with the sandbox's cards, which move no money and are for the demo alone; at the provider's own page; or
 * not at all, for outside the demo the sandbox takes nothing. */
enum payment_way { PAY_NOT_AT_ALL, PAY_BY_TOKEN, PAY_AT_PROVIDER };
enum payment_way payment_way(const struct config *config);

#endif
