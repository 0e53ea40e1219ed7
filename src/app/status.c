/* How the installation is, for who runs it: queues, jobs, the database, and of the node that answers its processes and disks. Whoever
 * watches from outside asks /readyz and /metrics. */
#include "store/status.h"
#include "app/actions/staff.h"
#include "base/pid_file.h"
#include "base/room.h"
#include "store/doctor.h"
#include <stdlib.h>

static const struct field PROCESS[] = {
	{ "name", F_TEXT, .help = "serve, live, jobs, pictures" },
	{ "state", F_TEXT, .help = "ready, starting, refused (a reload), away" },
	{ "schema", F_INT, .help = "The last migration that it knows" },
	{ "seconds", F_INT, .help = "For how long it has been so" },
	FIELDS_END,
};
static const struct field JOB[] = {
	{ "name", F_TEXT, .help = "Which" },
	{ "ran_at", F_TIME, .null = true, .help = "When it ran last" },
	{ "due_at", F_TIME, .help = "When it is due" },
	{ "running", F_BOOL, .help = "Somebody is at it" },
	{ "late", F_BOOL, .help = "It was due two minutes ago, and nobody is at it" },
	{ "error", F_TEXT, .null = true, .help = "Why its last run failed" },
	FIELDS_END,
};
static const struct field QUEUE[] = {
	{ "code", F_TEXT, .help = "messages, notices, webhooks, payments, refunds" },
	{ "waiting", F_INT, .help = "How many" },
	{ "since", F_TIME, .null = true, .help = "When the oldest began to wait" },
	{ "failed", F_INT, .help = "Were given up in seven days" },
	FIELDS_END,
};
static const struct field SERVER[] = {
	{ "version", F_TEXT, .help = "Of MariaDB" },
	{ "schema", F_INT, .help = "The last migration that was made" },
	{ "since", F_TIME, .help = "When it was started" },
	{ "connections", F_INT, .help = "In use" },
	{ "allowed", F_INT, .help = "At most" },
	{ "read_only", F_BOOL, .help = "It takes no changes" },
	{ "replicas", F_INT, .help = "Copies of it that are connected" },
	{ "nodes", F_INT, .null = true, .help = "Of the Galera cluster, or none" },
	{ "state", F_TEXT, .null = true, .help = "Of this node in it: Synced" },
	{ "ready", F_BOOL, .null = true, .help = "It takes part" },
	FIELDS_END,
};
static const struct field DISK[] = {
	{ "what", F_TEXT, .help = "files, temporary, database" },
	{ "state", F_TEXT, .help = "good, low, out" },
	{ "free_mb", F_INT, .help = "Room that is left" },
	{ "percent", F_INT, .help = "Of the whole" },
	FIELDS_END,
};
static const struct field CERTIFICATE[] = {
	{ "ends_at", F_TIME, .null = true, .help = "Until when it is good" },
	{ "error", F_TEXT, .help = "Why it is not" },
	{ "looked_at", F_TIME, .help = "When that was looked at" },
	{ "soon", F_BOOL, .help = "It ends within fourteen days" },
	FIELDS_END,
};
const struct field STATUS[] = {
	{ "queues", F_LIST, .of = QUEUE, .help = "What waits" },
	{ "jobs", F_LIST, .of = JOB, .help = "What is done in the background" },
	{ "processes", F_LIST, .of = PROCESS, .help = "Of the node that answers" },
	{ "disks", F_LIST, .of = DISK, .help = "Of the node that answers" },
	{ "database", F_OBJECT, .of = SERVER, .help = "The server that answers" },
	{ "certificate", F_OBJECT, .null = true, .of = CERTIFICATE,
	  .help = "Of the site's own address; none where it has none" },
	{ "at", F_TIME, .help = "When this was so" },
	FIELDS_END,
};

static void say_processes(struct request *rq)
{
	static const char *const NAMES[] = { "serve", "live", "jobs", "pictures" };
	static const char *const STATES[PID_STATES] = { "starting", "ready", "refused" };
	struct json_object *processes = answer_array(rq->data, "processes");

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		struct json_object *process = answer_item(processes);
		struct pid_words words;
		bool there = pid_file_read(rq->config->run_dir, NAMES[i], &words);

		answer_text(process, "name", NAMES[i]);
		answer_text(process, "state", there ? STATES[words.state] : "away");
		answer_int(process, "schema", there ? words.schema : 0);
		answer_int(process, "seconds", there ? (clock_monotonic() - words.at) / MS_SECOND : 0);
	}
}

static void say_disk(struct json_object *disks, const char *what, const char *path)
{
	static const char *const STATES[] = { [ROOM_GOOD] = "good", [ROOM_LOW] = "low", [ROOM_OUT] = "out" };
	struct room_left left;
	enum room room = path && *path ? room_look(path, &left) : ROOM_UNKNOWN;
	struct json_object *disk;

	if (room == ROOM_UNKNOWN)
		return;
	disk = answer_item(disks);
	answer_text(disk, "what", what);
	answer_text(disk, "state", STATES[room]);
	answer_int(disk, "free_mb", left.free_mb);
	answer_int(disk, "percent", left.percent);
}

static void say_disks(struct request *rq)
{
	struct json_object *disks = answer_array(rq->data, "disks");
	const char *temporary = getenv("TMPDIR"), *socket = rq->config->db_socket;

	say_disk(disks, "files", rq->config->files);
	say_disk(disks, "temporary", temporary && *temporary ? temporary : "/tmp");
	if (socket && *socket) /* another machine's disk cannot be seen from here */
		say_disk(disks, "database", doctor_variable(rq->db, "DATADIR"));
}

int office_status(struct request *rq)
{
	const struct row *server = status_server(rq->db, rq->now), *certificate = status_certificate(rq->db, rq->now);
	struct json_object *database;

	answer_rows(rq->data, "queues", status_queues(rq->db, rq->now));
	answer_rows(rq->data, "jobs", status_jobs(rq->db, rq->now));
	say_processes(rq);
	say_disks(rq);
	database = answer_object(rq->data, "database");
	if (server)
		answer_row(database, server);
	answer_int(database, "schema", db_schema_version(rq->db));
	if (certificate)
		answer_row(answer_object(rq->data, "certificate"), certificate);
	else
		answer_null(rq->data, "certificate");
	answer_time(rq->data, "at", rq->now);
	return ANSWERED;
}
