#ifndef HTTP_MOUNT_H
#define HTTP_MOUNT_H
/* A mount: all that is true of one family of addresses, an API and the portal of the same people. The table is
 * routes/mounts.c; nothing else knows a prefix. */
#include "http/request.h"

struct dialect;
struct way_in;

/* The pools of workers that `gatehouse serve` keeps, so that one crowd does not take another's workers. */
enum pool { POOL_WEB, POOL_GATE, POOL_BOOK, POOL_OUTSIDE, POOL_MARK, POOLS };

/* Rate classes: one bucket each an address, and where the class says so one an account ([limits] of the configuration). */
enum rate {
	RATE_USUAL, /* of a row: its mount's, for reading or for writing */
	RATE_NONE,
	RATE_PUBLIC,
	RATE_ACCOUNT,
	RATE_WRITE,
	RATE_GATE,
	RATE_CAMPUS,	     /* a lecture hall is one address: counted by account too */
	RATE_CAMPUS_SIGN_IN, /* beside the guesses that are counted an account */
	RATE_HANDSHAKE,	     /* of no row: sockets that are opened, and Socket.IO's sessions */
	RATES
};

/* What becomes of a refresh token that was used. */
enum refresh {
	REFRESH_ROTATED, /* another is given; the old one's later use ends the session, for it was copied */
	REFRESH_KEPT,	 /* it stays good: clients of this mount keep the one they have */
	REFRESH_AS_ASKED /* the same, until a client asks for the usual way; its session then has that for good */
};

/* What refreshing answers. */
enum refreshed { REFRESHED_PAIR, REFRESHED_ACCESS, REFRESHED_WHOLE };

/* What can be done about one's account, each with its address in mount.account. */
enum account_verb {
	ACCOUNT_REGISTER,
	ACCOUNT_REGISTER_CODE,
	ACCOUNT_SIGN_IN,
	ACCOUNT_SIGN_IN_CODE,
	ACCOUNT_FORGOT,
	ACCOUNT_RESET,
	ACCOUNT_PROFILE,
	ACCOUNT_PROFILE_CHANGE,
	ACCOUNT_PASSWORD,
	ACCOUNT_NUMBER,
	ACCOUNT_NUMBER_CODE,
	ACCOUNT_REFRESH,
	ACCOUNT_SIGN_OUT,
	ACCOUNT_DEVICES,
	ACCOUNT_DEVICE_ADD,
	ACCOUNT_DEVICE_REMOVE,
	ACCOUNT_VERBS
};

/* The pages about it that a portal has: their addresses are the same in all of them. */
enum account_page {
	PAGES_SIGN_IN = 1 << 0,
	PAGES_CODE = 1 << 1,
	PAGES_RESET = 1 << 2,
	PAGES_REGISTER = 1 << 3,
	PAGES_NUMBER = 1 << 4
};

enum device_part {
	DEVICE_CAMERA = 1 << 0,
	DEVICE_PHOTO = 1 << 1, /* and they show what it took, before it is sent */
	DEVICE_PLACE = 1 << 2  /* where it is */
};

struct mount {
	const char *name; /* "organizer": also whose a code is that was sent */
	const char *api
		[4]; /* prefixes of its API, no slash at the end, account's addresses are below the first; ends with NULL */
	const char *portal;	       /* prefix of its pages: "" for customers; NULL: it has none */
	const char *nouns;	       /* prefix of what its people manage on the API: "/api/v1/users"; NULL: nothing */
	const char *frame;	       /* the portal's word for templates: "gate" */
	const struct dialect *dialect; /* of its API */
	enum role roles;	       /* who signs in here; a role of two mounts has its portal at the first */
	/* May rq->who, besides, do more here than what is about their own account? False after refusing. NULL: they may. */
	bool (*admits)(struct request *rq);
	const struct field *contact; /* what they name themselves by; NULL: nobody signs in here */
	bool by_challenge;	     /* codes come back with their challenge, on the API too */
	const char *mistaken;	     /* a sentence: contact or password is wrong */
	const char *closed;	  /* another: what became of what was asked in a maintenance; NULL: the general one */
	const struct way_in *way; /* how they come in */
	ms_t session;		  /* its length, absolute */
	ms_t remembered;	  /* the same for who asks for it (remember_me); 0: nobody is asked */
	ms_t access;		  /* an access token's life */
	enum refresh refresh;
	enum refreshed refreshed;
	/* What answers a refresh token that is good no more, and one whose time is over. */
	struct {
		int status;
		const char *code, *expired;
	} dead;
	/* Fills the "user" of a sign-in's answer; NULL: as ticketing has it. */
	void (*user)(struct request *rq, struct json_object *into, int64_t account_id, enum role role);
	const char *
		token_user; /* what of it an access token says too, parted by blanks, for clients that look; NULL: nothing */
	const char *token_for;	/* the access token's audience */
	const char *also_for;	/* another whose tokens are good here too; NULL: none */
	const char *profile_id; /* what tokens' answers call their profile's id: "customer_id"; NULL: it has none */
	int factor;		/* the status of a right password that a second factor must follow */
	const char *cookie;	/* of the portal's sessions: "gh_" and this; NULL: none */
	bool cookies_speak;	/* any portal's cookie is a proof on the API too */
	bool audits;	      /* who signs in, who tries to, and who takes a list as a file, is kept in the audit log */
	unsigned asks_device; /* what its pages may ask a device for: a set of enum device_part */
	bool cors;	      /* browsers of the configured origins may read its API */
	struct {
		enum rate reads, writes, account, refresh;
	} rate;
	enum pool pool;
	enum pool refresh_pool; /* whose workers refresh its tokens; POOL_WEB: those of pool */
	/* What is answered: who is let in, who sent a password that a code must follow, who refreshes, who looks at themselves. */
	struct {
		const struct field *tokens, *half, *pair, *own;
	} answers;
	const struct field *profile;	    /* what one may change of oneself */
	const char *account[ACCOUNT_VERBS]; /* paths below api[0], parted by blanks, "PATCH:" before one
						 * that has another method than usual; NULL: not here */
	const char *devices;		    /* the path of ACCOUNT_DEVICES and what follows; NULL: the usual */
	unsigned pages;			    /* a set of enum account_page */
};

/* The mount that a path lies in, by its longest prefix; *api: below the API rather than the portal. table ends with a NULL
 * name; one of its portals is "", so there is always an answer. */
const struct mount *mount_find(const struct mount *table, const char *path, bool *api);
/* The mount of that name. Asserts that there is one. */
const struct mount *mount_named(const struct mount *table, const char *name);
/* The first mount where one of these roles signs in. NULL: there is none. */
const struct mount *mount_of_role(const struct mount *table, enum role roles);
/* Where its portal begins: "/", "/organizer" … */
const char *mount_home(const struct mount *mount);

#endif
