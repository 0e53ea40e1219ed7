/* What stands on this machine: the settings' file, what was installed, the directories that hold state, and who may do what with
 * them. What is asked is what the account that looks may do, which is to be the one that Gatehouse runs as. */
#include "base/clock.h"
#include "base/local_socket.h"
#include "base/maintenance.h"
#include "command/doctor.h"
#include "picture/ask.h"
#include "picture/child.h"
#include "render/html.h"
#include "rules/keys.h"
#include "shared.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool may(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
}

/* ---- the settings' file ---- */

static void check_ini(struct visit *v)
{
	const char *path = v->config->path;
	struct stat st;

	if (stat(path, &st)) /* it was there a moment ago, for it was read */
		wrong(v, "Put it there.", "the settings %s are not there", path);
	else if (st.st_mode & S_IRWXO)
		wrong(v, talloc_asprintf(v->mem, "chmod o= %s, and think about who may have read its passwords.", path),
		      "the settings %s can be read by everybody on this machine", path);
	else if (!may(path, R_OK))
		wrong(v, talloc_asprintf(v->mem, "chgrp %s %s && chmod 640 %s", v->account, path, path),
		      "the settings %s cannot be read by %s", path, v->account);
	else
		well(v, "settings %s", path);
}

/* ---- what was installed ---- */

static bool check_directory(struct visit *v, const char *what, const char *path, int mode, const char *mend)
{
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		wrong(v, mend, "%s %s is not there", what, path);
	else if (!may(path, mode))
		wrong(v, mend, "%s %s cannot be %s by %s", what, path, mode & W_OK ? "written" : "read", v->account);
	else
		return true;
	return false;
}

/* nftw(3) gives its function nothing of ours. */
static struct {
	struct visit *visit;
	struct html *html;
	size_t root;
	unsigned good;
	char *wrong;
} parsing;

/* The parser says where in itself it stood, and last what is wrong. */
static const char *last_line(TALLOC_CTX *ctx, const char *text)
{
	size_t len = strlen(text), from;

	while (len && strchr("\n ", text[len - 1]))
		len--;
	for (from = len; from && text[from - 1] != '\n'; from--)
		;
	return talloc_strndup(ctx, text + from, len - from);
}

static int parse_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	const char *name = path + parsing.root + 1, *error = NULL;
	size_t len = strlen(path);

	(void)st;
	(void)at;
	/* Parts are parsed with the pages that they are parts of. */
	if (kind != FTW_F || len < 5 || strcmp(path + len - 5, ".html") || !strncmp(name, "parts/", 6) || parsing.wrong)
		return 0;
	if (html_reads(parsing.html, name, &error))
		parsing.good++;
	else
		parsing.wrong =
			talloc_asprintf(parsing.visit->mem, "%s: %s", name, last_line(parsing.visit->mem, error));
	return 0;
}

static void check_templates(struct visit *v)
{
	const char *path = v->config->templates, *error = NULL;
	static const char *const MEND = "Install again, or set [paths] templates.";
	char *language;

	if (!check_directory(v, "templates", path, R_OK | X_OK, MEND))
		return;
	memset(&parsing, 0, sizeof parsing);
	parsing.visit = v;
	parsing.root = strlen(path);
	parsing.html = html_new(v->mem, path, v->config->statics, v->config->time_zone, false, &error);
	if (parsing.html)
		nftw(path, parse_one, 16, FTW_PHYS);
	if (!parsing.html || parsing.wrong)
		wrong(v, MEND, "templates %s: %s", path, parsing.html ? parsing.wrong : last_line(v->mem, error));
	else
		well(v, "templates %s, %u pages", path, parsing.good);
	TALLOC_FREE(parsing.html);
	language = talloc_asprintf(v->mem, "%s/lang/%s", path, v->config->locale);
	if (!may(language, R_OK | X_OK))
		wrong(v, "Set [site] locale to a language that stands in templates/lang.",
		      "there are no texts in %s, the language of those who chose none", v->config->locale);
	else
		well(v, "texts in %s", v->config->locale);
}

static bool older(const char *path, const char *than)
{
	struct stat a, b;

	return !stat(path, &a) && !stat(than, &b) &&
	       (a.st_mtim.tv_sec < b.st_mtim.tv_sec ||
		(a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec < b.st_mtim.tv_nsec));
}

/* The web server is another account, and sends them as they stand there. */
static void check_static(struct visit *v)
{
	static const char *const NAMES[] = { "style.css", "app.js", "favicon.ico" };
	static const char *const MEND = "Install again, or set [paths] static.";
	const char *directory = v->config->statics;

	if (!check_directory(v, "static files", directory, R_OK | X_OK, MEND))
		return;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		char *path = talloc_asprintf(v->mem, "%s/%s", directory, NAMES[i]);
		char *packed = talloc_asprintf(v->mem, "%s.gz", path);
		struct stat st;

		if (!may(path, R_OK)) {
			wrong(v, MEND, "%s is not there, or cannot be read", path);
			return;
		}
		if (!stat(path, &st) && !(st.st_mode & S_IROTH) && geteuid() == st.st_uid) {
			doubt(v, talloc_asprintf(v->mem, "chmod a+r %s", path),
			      "%s cannot be read by the web server's account", path);
			return;
		}
		if (older(packed, path)) {
			wrong(v, talloc_asprintf(v->mem, "gzip -9 -n -k -f %s", path),
			      "%s is older than what it is packed of: the web server sends the old one", packed);
			return;
		}
	}
	well(v, "static files %s", directory);
}

static void check_zones(struct visit *v)
{
	static const char *const ZONES[] = { "UTC", "Europe/Berlin", "America/New_York", "Asia/Dubai" };

	for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++)
		if (!clock_zone_known(ZONES[i])) {
			wrong(v, "apt-get install --reinstall tzdata", "the time zone %s is not known here", ZONES[i]);
			return;
		}
	well(v, "time zones are known");
}

/* ---- what holds state ---- */

/* A directory of this account's, in the web server's group. others: what nobody else may do there, and said: what it is called
 * where they may. */
static bool check_state(struct visit *v, const char *what, const char *path, mode_t others, const char *said)
{
	char *mend =
		talloc_asprintf(v->mem, "install -d -o %s -g www-data -m 2750 %s    (www-data: the web server's group)",
				v->account, path);
	struct stat st;

	if (!check_directory(v, what, path, R_OK | W_OK | X_OK, mend))
		return false;
	if (!stat(path, &st) && st.st_mode & others)
		wrong(v, talloc_asprintf(v->mem, "chmod o= %s", path), "%s: %s", said, path);
	else
		well(v, "%s %s", what, path);
	return true;
}

static void check_files(struct visit *v)
{
	if (check_state(v, "files", v->config->files, S_IRWXO,
			"what people uploaded can be read by everybody on this machine"))
		check_room(v, "files", v->config->files);
}

/* Lists as files are written there before they are sent. */
static void check_temporary(struct visit *v)
{
	const char *path = getenv("TMPDIR");

	path = path && *path ? path : "/tmp";
	if (check_directory(v, "temporary files", path, R_OK | W_OK | X_OK, "Set TMPDIR, or chmod 1777 it."))
		check_room(v, "temporary files", path);
}

/* ---- memory ---- */

enum { WORKER_MB = 3, HASH_MB = 19 };

/* The database wants memory too, and what a machine has to spare it keeps files in. */
static void check_memory(struct visit *v)
{
	const struct config *c = v->config;
	int64_t have = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20;
	int64_t want = WORKER_MB * (int64_t)workers_of_all(c) + HASH_MB * ((int64_t)c->hash_seats + c->gate_hash_seats);

	if (want <= have / 2)
		well(v, "%lld MB for workers and passwords at their busiest, of %lld", (long long)want,
		     (long long)have);
	else
		doubt(v, "Lower [serve] outside_workers, web_workers, hash_seats.",
		      "workers and passwords may take %lld of this machine's %lld MB", (long long)want,
		      (long long)have);
}

static void check_maintenance(struct visit *v)
{
	ms_t until;

	if (maintenance_on(v->config->maintenance, &until))
		doubt(v, "When it is over: gatehouse maintenance off.", "this node is closed for maintenance");
}

/* What people send is decoded by a process that may do nothing else, or not at all. */
static void check_pictures(struct visit *v)
{
	if (picture_child_works())
		well(v, "pictures are decoded in a process that can do nothing else");
	else
		wrong(v, "Run it under a kernel that has seccomp filters, and where they are not forbidden.",
		      "pictures that people send cannot be decoded here, and are refused");
}

void doctor_machine(struct visit *v)
{
	check_maintenance(v);
	check_ini(v);
	check_templates(v);
	check_static(v);
	if (check_directory(v, "migrations", v->config->migrations, R_OK | X_OK,
			    "Install again, or set [paths] migrations."))
		well(v, "migrations %s", v->config->migrations);
	check_zones(v);
	check_state(v, "run directory", v->config->run_dir, S_IWOTH,
		    "the run directory can be written by everybody on this machine");
	check_files(v);
	check_temporary(v);
	check_memory(v);
	check_pictures(v);
}

/* ---- sockets ---- */

/* One that nobody answers on means that its process is not running; one that is open to everybody lets everybody be the web
 * server, and say in its name from where they come. */
static void check_socket(struct visit *v, const char *name, int type, const char *mend)
{
	struct sockaddr_un to;
	struct stat st = { .st_mode = 0 };
	int fd;

	local_address(v->config->run_dir, name, &to); /* no run_dir is too long for one */
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
		doubt(v, mend, "nothing answers on %s: %s", to.sun_path, strerror(errno));
	else if (!stat(to.sun_path, &st) && st.st_mode & S_IRWXO)
		wrong(v, talloc_asprintf(v->mem, "chmod 660 %s", to.sun_path),
		      "everybody on this machine may speak to %s as the web server does", to.sun_path);
	else if (!(st.st_mode & S_IWGRP))
		wrong(v, talloc_asprintf(v->mem, "chmod 660 %s", to.sun_path),
		      "the web server's group may not write to %s", to.sun_path);
	else
		well(v, "%s answers", to.sun_path);
	if (fd >= 0)
		close(fd);
}

void doctor_sockets(struct visit *v)
{
	for (enum pool pool = 0; pool < POOLS; pool++)
		check_socket(v, POOL[pool].socket, SOCK_STREAM,
			     "Start `gatehouse serve` (systemctl start gatehouse), or let the web server start it.");
	check_socket(
		v, "live.sock", SOCK_STREAM,
		"Start `gatehouse live` (systemctl start gatehouse-live); without it counts are asked for every two "
		"seconds.");
	check_socket(
		v, "rt.sock", SOCK_STREAM,
		"Start `gatehouse live` (systemctl start gatehouse-live); without it apps that speak WebSocket or Socket.IO "
		"are not answered.");
	check_socket(
		v, PICTURE_SOCKET, SOCK_SEQPACKET,
		"Start `gatehouse pictures` (systemctl start gatehouse-pictures); without it a worker starts a process for "
		"each picture that somebody sends.");
}
