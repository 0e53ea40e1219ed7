#ifndef STORE_STATUS_H
#define STORE_STATUS_H
/* How an installation is, as its database knows: jobs, queues, the server itself, and until when the site's certificate is good. */
#include "db/db.h"

/* A job is late when it was due this long ago and nobody does it; a certificate that ends within so many days is worth a word. */
#define STATUS_LATE "INTERVAL 2 MINUTE"
#define STATUS_CERTIFICATE "INTERVAL 14 DAY"

/* name, due_at, ran_at, running:bool, late:bool, error (of its last run), by name. */
const struct rows *status_jobs(struct db *db, ms_t now);
/* code, waiting, since (when the oldest began to wait, NULL: none does), failed (in the last seven days). */
const struct rows *status_queues(struct db *db, ms_t now);
/* version, since (when it was started), connections, allowed, read_only:bool, replicas (that are connected), and of a Galera cluster nodes,
 * state and ready:bool, NULL where it is none. */
const struct row *status_server(struct db *db, ms_t now);

/* ends_at, error, looked_at, soon:bool; NULL: nobody has looked, or the site has none. */
const struct row *status_certificate(struct db *db, ms_t now);
/* ends: 0 where there is none that is trusted; error then says why. */
void status_certificate_put(struct db *db, ms_t ends, const char *error, ms_t now);
void status_certificate_forget(struct db *db);

#endif
