#ifndef ROUTES_MOUNTS_H
#define ROUTES_MOUNTS_H
/* The table of mounts, and how people come in to them. */
#include "http/mount.h"
#include "routes/routes.h"

/* A way to sign in. */
struct way_in {
	const struct field *beside;	     /* what it asks for besides contact and password; NULL */
	action_fn *sign_in, *code;	     /* code NULL: a right password suffices */
	action_fn *page;		     /* fills the form, where there is a portal */
	const struct field *carries;	     /* of the form that its page may carry on with (CARRIED); NULL: none */
	unsigned hashes;		     /* whose seats the hashing takes: HASHES or HASHES_AT_GATE */
	action_fn *profile, *profile_change; /* NULL: the usual */
	action_fn *profile_beside;	     /* what that shows beside; NULL: the usual */
	const char *profile_page;	     /* the template of one's own account; NULL: the usual */
	const char *says;		     /* what becomes of a right password, for the docs */
};

/* Ends with a NULL name. */
extern const struct mount MOUNTS[];

#endif
