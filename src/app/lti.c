/* Platforms for learning. A private key is made here, kept sealed and never told; a platform reads the public one at an address that is everybody's. */
#include "app/lti.h"
#include "app/actions/report.h"
#include "app/site_key.h"
#include "store/lti.h"

static const struct field PUBLIC_KEY[] = {
	{ "kty", F_TEXT, .help = "RSA" },
	{ "use", F_TEXT, .help = "sig" },
	{ "alg", F_TEXT, .help = "RS256" },
	{ "kid", F_TEXT, .help = "Which key it is" },
	{ "n", F_TEXT, .help = "The modulus" },
	{ "e", F_TEXT, .help = "The exponent" },
	FIELDS_NAMED("public_key"),
};
const struct field LTI_KEYS[] = {
	{ "keys", F_LIST, .of = PUBLIC_KEY, .help = "By one of these what we send is signed" },
	FIELDS_NAMED("public_keys"),
};

void lti_platform_made(struct request *rq, int64_t id)
{
	if (!lti_platform_key(rq->db, id))
		site_key_missing(rq);
}

/* GET lti/jwks. RFC 7517; the same whoever asks, and for every campus. */
int lti_jwks(struct request *rq)
{
	const struct rows *rows = lti_keys(rq->db);
	struct json_object *keys = answer_array(rq->data, "keys"), *one;

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		one = answer_item(keys);
		answer_text(one, "kty", "RSA");
		answer_text(one, "use", "sig");
		answer_text(one, "alg", "RS256");
		answer_row(one, &row);
		answer_text(one, "e", "AQAB");
	}
	return ANSWERED;
}
