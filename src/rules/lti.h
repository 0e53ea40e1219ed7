#ifndef RULES_LTI_H
#define RULES_LTI_H
/* What a platform for learning is handed by a tool: LTI 1.3's Assignment and Grade Services 2.0 (1EdTech). A tool asks for an access token
 * by a JWT that it signs (RFC 7523 §2.2, RS256 of RFC 7518 §3.3), and posts scores with that. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum {
	LTI_BITS = 2048,
	LTI_SECRET_MAX = 1400, /* a private key as DER (PKCS#8) */
	LTI_MODULUS = 343,     /* its public half's modulus as base64url, and NUL; the exponent is 65537, "AQAB" */
	LTI_LASTS = 5 * MS_MINUTE
};

#define LTI_SCOPE "https://purl.imsglobal.org/spec/lti-ags/scope/score"
#define LTI_SCORE_TYPE "application/vnd.ims.lis.v1.score+json"

/* A fresh pair of keys: the private one as DER, of *len bytes; its modulus as text. False: the library could not. */
bool lti_pair_make(uint8_t secret[LTI_SECRET_MAX], size_t *len, char modulus[LTI_MODULUS]);

struct lti_assertion {
	const char *client_id, *audience, *key_id, *id; /* id: of this one alone (jti) */
	ms_t now;
};
/* Who we are, signed by the private key of len bytes: a JWT on ctx, good for LTI_LASTS. NULL: the key is none, or the library could not. */
char *lti_assertion(TALLOC_CTX *ctx, const struct lti_assertion *of, const uint8_t *secret, size_t len);

/* Where a line item's scores are posted: "/scores" behind its path, before its query (AGS 2.0, 3.4.1). On ctx. */
char *lti_scores_url(TALLOC_CTX *ctx, const char *line_item);

struct lti_score {
	const char *user_id; /* as the platform knows them */
	double given, maximum;
	ms_t at; /* a later one of the same person takes the place of an earlier */
};
/* A score of who is done, and graded for good, as JSON on ctx. */
char *lti_score_body(TALLOC_CTX *ctx, const struct lti_score *score);

#endif
