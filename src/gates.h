#ifndef GATES_H
#define GATES_H
/* What a request must pass before its action runs, in the order of dispatch.c. Each answers false after it filled a
 * refusal (or, for a route asked with OPTIONS, a 204). */
#include "exchange.h"

/* Finds the route; 404, 405 with Allow, OPTIONS. */
bool gate_route(struct exchange *x);
/* Is the site closed for a maintenance (base/maintenance.h)? 503, for all routes but those that are answered ALWAYS. */
bool gate_maintenance(struct exchange *x);
/* Takes a token of the route's rate class; 429. */
bool gate_rate(struct exchange *x);
/* Finds the sessions of n exchanges, 1 to HTTP_TOGETHER, checks their roles and asks their routes' .may; 401, 403, and what that
 * refuses with. admitted gets each one's. */
void gate_sessions(struct exchange *const x[], size_t n, bool admitted[]);
/* Takes a token of the account's, where the route's class counts accounts; 429. */
bool gate_account_rate(struct exchange *x);
/* Makes the token which the forms of the page that will be shown carry, and after a refusal too: so before what may refuse, and
 * once it is known whose session it is. Does nothing where there is one already, or where no page is shown. */
void form_token(struct exchange *x);
/* Reads the body; 400, 413, 415. Of a form that is shown again, what was typed stays. */
bool gate_body(struct exchange *x);
/* Did the page's form that was sent carry its token? Else what stands in it is a stranger's, perhaps. */
bool form_is_own(const struct exchange *x);
/* Did it, while its session was not over yet: by the cookie that is still held, or, where that has gone with the session, by the
 * browser's word that the form came from this site? */
bool form_was_own(const struct exchange *x);
/* Checks a page's form token; 403. */
bool gate_csrf(struct exchange *x);
/* Reads the declared fields: names as the mount spells them, what the path gives among them; 422. */
bool gate_fields(struct exchange *x);
/* Counts the files that came for fields of the route, before anything of them is kept, and whatever becomes of the request;
 * 429. */
bool gate_uploads(struct exchange *x);
/* Does it bring a picture for a field that its route declares as a file's? Then it has to be decoded, which may take a while. */
bool brings_pictures(const struct request *rq);
/* Makes of each such picture what is kept (app/upload.h); 422, 503. Nothing of it is stored yet. */
bool gate_pictures(struct exchange *x);
/* Those behind gate_sessions(), all of them and in this order; for who is let in by what is remembered of that gate too. */
bool gates_behind_session(struct exchange *x);
/* Turns a failure that the database remembers into the refusal it means; true when there is none. */
bool gate_database(struct exchange *x);

#endif
