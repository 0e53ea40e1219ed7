#ifndef OUTSIDE_STRIPE_H
#define OUTSIDE_STRIPE_H
/* Stripe behind the interface of outside/payment.h, where each function says what it does. Apps pay a PaymentIntent, whose
 * client_secret they get; pages lead to a hosted Checkout Session. Of what is paid our reference is that of its PaymentIntent
 * (pi_…), before that perhaps of the session (cs_…).
 *
 * Source: docs.stripe.com/api in the version that stripe_call.h pins, /webhooks/signature, /currencies. */
#include "outside/payment.h"

struct payment_answer stripe_begin(const struct config *config, const struct payment_bill *bill);
struct payment_answer stripe_charge(const struct config *config, const struct payment_bill *bill, const char *reference,
				    const char *token);
struct payment_answer stripe_ask(const struct config *config, const struct payment_bill *bill, const char *reference);
struct payment_answer stripe_close(const struct config *config, const struct payment_bill *bill, const char *reference);
struct payment_kept stripe_keep(const struct config *config, const struct payment_keep *keep, const char *token);
struct payment_kept stripe_kept(const struct config *config, const char *reference);
bool stripe_let_go(const struct config *config, const char *token);
bool stripe_forget(const struct config *config, const char *payer);
struct refund_answer stripe_refund(const struct config *config, const struct payment_part *part);
bool stripe_desk(const struct config *config, const char *reference, ms_t since, news_fn *tell, void *with);
bool stripe_whose(const struct config *config, const char *reference, char uuid[37]);
bool stripe_notice(const struct config *config, const char *body, size_t len, const char *signature, ms_t now,
		   struct payment_notice *notice);

/* Is the secret key of test mode? Restricted keys (rk_…) count by the same mark. */
bool stripe_test_mode(const struct config *config);
/* Does Stripe answer, and take our key? False: error (160) says why not. For `gatehouse doctor`. */
bool stripe_reachable(const struct config *config, char error[160]);

/* An amount of our minor units (ISO 4217's) as Stripe counts it. Its own rules: ISK and UGX are written with two decimals although
 * they have none, MGA without any although it has two, and of three decimals the last must be 0, so that is rounded. -1: it
 * cannot be written, for it is no currency of ours. */
int64_t stripe_amount(int64_t amount, const char *currency);
/* And back, as far as that can be. */
int64_t stripe_amount_ours(int64_t amount, const char *currency);

#endif
