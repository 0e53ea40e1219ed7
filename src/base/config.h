#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H
/* One commented ini file. Every setting stands once in the table in config.c (section, name, type, default,
 * bounds, help): from it the file is read and checked, and `gatehouse config` prints the commented sample
 * httpd/gatehouse.ini. A wrong setting is refused at start with its line. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

struct config {
	const char *path; /* the file that was read; NULL: the defaults alone. Set by main(). */
	/* [site] */
	const char *name;	  /* shown in the portals */
	const char *base_url;	  /* https://tickets.example; links in mail, CORS, cookies' Secure */
	const char *cors_origins; /* comma-separated */
	const char *proxies;	  /* comma-separated addresses whose X-Forwarded-For is believed */
	const char *locale;	  /* en */
	const char *time_zone;	  /* days and times that are of no event */
	const char *country_code; /* E.164 prefix for mobile numbers written without one, "+1" */
	bool demo;		  /* serves /demo and its outbox; never on a real site */
	/* [paths] */
	const char *run_dir; /* sockets and pid file */
	const char *templates, *statics, *migrations, *demo_sql, *files;
	const char *maintenance; /* a file: the site is closed while it is there */
	const char *key_file;	 /* 32 random bytes in hex, made by `gatehouse migrate` when missing, mode 0600 */
	/* [database] */
	const char *db_socket, *db_host, *db_user, *db_password, *db_name;
	bool db_tls;
	int db_port, db_timeout_s;
	/* [serve] */
	int web_workers, gate_workers, book_workers, outside_workers, mark_workers;
	int hash_seats, gate_hash_seats, export_seats, draw_seats, seat_wait_ms;
	int max_body_kb, max_upload_kb, worker_requests;
	const char *log_file, *log_level;
	const char *access_log, *access_log_format; /* "": none is kept; json or common */
	/* [limits] requests a minute from one address; 0 is none */
	int rate_public, rate_account, rate_write, rate_gate, rate_campus, rate_campus_account, rate_campus_sign_in,
		code_margin, place_accuracy, place_benefit, rate_handshake;
	int login_failures_per_hour, upload_files_per_hour, upload_mb_per_hour, photo_kb;
	/* [tickets] */
	int hold_minutes;
	const char *card_currency;
	int card_issue_fee, card_most;
	/* [fees] [payouts] */
	const char *fee_currency; /* of fee_fixed, organizers' own and payout_alone */
	int fee_rate, fee_fixed;
	int payout_alone, cancel_alone;
	/* [sms] [mail] [payment] */
	const char *sms_transport, *sms_url, *sms_token, *sms_from;
	const char *lms_transport;
	const char *mail_transport, *mail_url, *mail_user, *mail_password, *mail_from, *mail_templates;
	const char *payment_provider, *payment_url, *payment_checkout;
	const char *payment_secret_key, *payment_publishable_key, *payment_webhook_secret;
	int payment_slow_ms;
	/* [webhooks] */
	bool webhook_http;	     /* http:// may be told, too */
	const char *webhook_private; /* comma-separated hosts that may be of a private network */
	/* [push] */
	const char *push_services; /* comma-separated hosts; "": any */
};

/* Reads path over the defaults onto ctx. NULL on failure; *error (on ctx) then says
 * "file:line: [section] name: what is wrong".
 * path NULL: the defaults alone. */
struct config *config_load(TALLOC_CTX *ctx, const char *path, const char **error);
/* The commented sample, every setting with its default. */
void config_print_sample(FILE *out);

#endif
