/* Uploads and the job that takes files away, at the same time and on the same bytes: whoever stored a picture and named it has
 * it, whatever the job did meanwhile and wherever it was killed. */
#include "app/upload.h"
#include "base/local_socket.h"
#include "base/log.h"
#include "base/pass_fds.h"
#include "check_database.h"
#include "check_temp.h"
#include "jobs/jobs.h"
#include "outside/files.h"
#include "picture/ask.h"
#include "picture/write.h"
#include "routes/routes.h"
#include "store/profile.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

Suite *files_suite(void);

#define DATABASE "gatehouse_check_files"
enum { PERSONS = 2, ROUNDS = 100, SIDE = 256 };

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db;
static char name[FILE_NAME_SIZE];
static int picture;
static int64_t picture_bytes;

static void make_database(void)
{
	TALLOC_CTX *mem = talloc_new(NULL);

	log_threshold(LOG_ERROR_);
	check_database(mem, check_config(mem, DATABASE), "sql/migrations");
	talloc_free(mem);
}

/* Grain, which takes some room, so that a small one is made of it too. */
static int make_picture(void)
{
	enum picture_kind kind = PICTURE_PNG;
	struct picture drawn = { SIDE, SIDE, 3, talloc_size(ctx, SIDE * SIDE * 3) };
	FILE *file = tmpfile();
	uint32_t grain = 1;

	for (int i = 0; i < SIDE * SIDE * 3; i++)
		drawn.pixels[i] = (uint8_t)((grain = grain * 1664525 + 1013904223) >> 24);
	ck_assert(picture_write(fileno(file), &drawn, &kind, 0, &picture_bytes));
	ck_assert_int_eq(fflush(file), 0);
	return fileno(file);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	config = check_config(ctx, DATABASE);
	config->files = check_directory(ctx);
	db = db_new(ctx, config);
	db_memory(db, ctx);
	check_script(db, "DELETE FROM account; DELETE FROM stored_file;"
			 "INSERT INTO account (id, uuid, name, created_at, updated_at)"
			 " SELECT seq, LPAD(seq, 16, '0'), 'Ann', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM seq_1_to_2");
	picture = make_picture();
	ck_assert(file_digest(picture, name));
}

static void teardown(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf %s", config->files);
	ck_assert_int_eq(system(command), 0);
	close(picture);
	talloc_free(ctx);
}

/* ---- an upload, as a request makes it ---- */

static const struct field PHOTO[] = { { "photo", F_FILE, .help = "" }, FIELDS_END };
static const struct route ROUTE = { .method = "PUT", .path = "/x", .fields = PHOTO };

static bool bring(void *with)
{
	struct request *rq = with;
	const char *sha = upload_picture(rq, "photo");

	return sha && !strcmp(sha, name) && profile_set_photo(rq->db, rq->who.account_id, sha);
}

static bool let_go(void *with)
{
	struct request *rq = with;

	return profile_set_photo(rq->db, rq->who.account_id, NULL);
}

/* Whole, and what it should be. */
static bool is_there(TALLOC_CTX *mem)
{
	const char *type, *path = file_find(mem, config->files, name, &type);
	FILE *file = path ? fopen(path, "rb") : NULL;
	char digest[FILE_NAME_SIZE];
	bool good = file && file_digest(fileno(file), digest) && !strcmp(digest, name);

	if (file)
		fclose(file);
	return good;
}

static bool upload_once(struct db *own, int64_t account_id)
{
	TALLOC_CTX *mem = talloc_new(ctx);
	struct upload upload = { .field = "photo", .fd = picture, .size = picture_bytes };
	static struct kept_picture **pictures; /* made small once, by each of those who upload */
	struct request rq = { .mem = mem,
			      .pictures = pictures,
			      .config = config,
			      .route = &ROUTE,
			      .db = own,
			      .now = clock_now(),
			      .fields = json_object_new_object(),
			      .uploads = &upload,
			      .n_uploads = 1,
			      .who = { .account_id = account_id } };
	bool good;

	db_memory(own, mem);
	good = pictures || upload_prepare(ctx, &rq, "photo");
	pictures = rq.pictures;
	good = good && db_transaction(own, bring, NULL, &rq);
	for (int i = 0; good && i < 5; i++)
		good = is_there(mem);
	good = good && db_transaction(own, let_go, NULL, &rq);
	json_object_put(rq.fields);
	db_memory(own, ctx);
	talloc_free(mem);
	return good;
}

static void start_upload(int64_t account_id)
{
	if (fork())
		return;
	alarm(60);
	db = db_new(ctx, config);
	for (int i = 0; i < ROUNDS; i++)
		if (!upload_once(db, account_id)) {
			fprintf(stderr, "round %d of %lld: %s\n", i, (long long)account_id, db_message(db));
			_exit(1);
		}
	_exit(0);
}

/* ---- the job ---- */

static bool run_job(struct db *own)
{
	struct job_run run = { .db = own, .config = config, .mem = talloc_new(ctx), .now = clock_now() };
	bool good;

	db_memory(own, run.mem);
	run.deadline = clock_monotonic() + MS_MINUTE;
	good = job_files(&run);
	db_memory(own, ctx);
	talloc_free(run.mem);
	return good;
}

/* The day of all is over at once. */
static void age(struct db *own)
{
	/* One after the other, for an upload locks its two in an order of its own. */
	while (db_exec(own,
		       "UPDATE stored_file SET unnamed_since = '2020-01-01' WHERE unnamed_since > '2020-01-01' LIMIT 1",
		       no_args) == 1)
		;
}

/* Takes the file away, as the job does or, for there is more of a race, all the time. */
static pid_t start_job(bool whole)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	alarm(60);
	db = db_new(ctx, config);
	db_memory(db, ctx);
	for (;;) {
		db_clear(db);
		age(db);
		if (whole)
			run_job(db);
		else
			upload_take_away(db, config->files, name, clock_now());
	}
}

static void end_job(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static int64_t count(const char *sql)
{
	int64_t n = db_int(db, sql, no_args);

	ck_assert_msg(db_error(db) == DB_OK, "%s: %s", sql, db_message(db));
	return n;
}

/* Is anything at the top of the directory, half written or set aside? */
static bool something_is_left(void)
{
	struct dirent *entry;
	DIR *open = opendir(config->files);
	bool left = false;

	while ((entry = readdir(open)))
		left |= strchr(entry->d_name, '.') && strlen(entry->d_name) > 2;
	closedir(open);
	return left;
}

/* Two people who upload the same picture all the time while the job runs; kills: the job is killed and started again. */
static void race(bool kills)
{
	pid_t job;
	int status, left = PERSONS;
	bool good = true;

	db_close(db);
	job = start_job(kills);
	for (int i = 0; i < PERSONS; i++)
		start_upload(i + 1);
	while (left) {
		pid_t ended = waitpid(-1, &status, kills ? WNOHANG : 0);

		if (ended > 0 && ended != job) {
			good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
			left--;
		} else if (kills) {
			usleep(7000);
			end_job(job);
			job = start_job(kills);
		}
	}
	end_job(job);
	ck_assert(good);
	/* What is left of it goes, its small one a day after it, and nothing stays aside. */
	for (int i = 0; i < 4; i++) {
		age(db);
		ck_assert(run_job(db));
	}
	ck_assert_int_eq(count("SELECT COUNT(*) FROM stored_file"), 0);
	ck_assert(!is_there(ctx));
	ck_assert(!something_is_left());
}

START_TEST(who_uploads_while_files_go_has_theirs)
{
	race(false);
}
END_TEST

START_TEST(wherever_the_job_is_killed)
{
	race(true);
}
END_TEST

/* Set aside and put back, whether or not somebody stored it anew meanwhile. */
START_TEST(what_was_set_aside_comes_back)
{
	for (int i = 0; i < 4; i++) {
		bool anew = i & 1, by_tidying = i & 2;

		ck_assert(file_store(config->files, picture, name));
		ck_assert(file_set_aside(config->files, name));
		ck_assert(!is_there(ctx));
		ck_assert(!file_set_aside(config->files, name));
		if (anew)
			ck_assert(file_store(config->files, picture, name));
		if (by_tidying)
			files_tidy(config->files, 0);
		else
			file_put_back(config->files, name);
		ck_assert(is_there(ctx) && !something_is_left());
		file_put_back(config->files, name);
		file_forget(config->files, name);
		ck_assert(is_there(ctx));
	}
}
END_TEST

/* A row that names it without an upload keeps it, or is refused: never is a file named that has gone. */
START_TEST(a_name_without_a_file_is_refused)
{
	ck_assert_int_eq(db_exec(db, "UPDATE account SET photo = ? WHERE id = 1", args(name)), -1);
	ck_assert_int_eq(db_last(db), DB_REFUSED);
}
END_TEST

/* ---- who decodes may be broken into ---- */

/* Says that it made a small picture, and has written `len` bytes of its own. */
static void lie(int listener, const uint8_t *bytes, size_t len)
{
	struct picture_told told = {
		.outcome = PICTURE_MADE, .width = 320, .height = 320, .kind = PICTURE_JPEG, .bytes = (int64_t)len
	};
	struct picture_ask asked;
	int fds[2], client = accept(listener, NULL, NULL);

	if (fds_receive(client, &asked, sizeof asked, fds, 2) != sizeof asked || asked.form != PICTURE_ASK)
		_exit(1);
	/* What is to be kept cannot be written to. */
	if (write(fds[0], "<script>", 8) >= 0 || write(fds[1], bytes, len) != (ssize_t)len)
		_exit(2);
	_exit(fds_send(client, &told, sizeof told, NULL, 0) ? 0 : 3);
}

/* What becomes of an upload of which that was made: the refusal's code, NULL: it was taken. */
static const char *lied_to(const uint8_t *bytes, size_t len)
{
	const char *error = NULL, *code;
	int listener = local_socket(config->run_dir, PICTURE_SOCKET, SOCK_SEQPACKET, &error), status;
	struct upload upload = { .field = "photo", .fd = picture, .size = picture_bytes };
	struct request rq = { .mem = ctx,
			      .config = config,
			      .route = &ROUTE,
			      .db = db,
			      .now = clock_now(),
			      .fields = json_object_new_object(),
			      .data = json_object_new_object(),
			      .uploads = &upload,
			      .n_uploads = 1 };
	pid_t liar;

	ck_assert_msg(listener >= 0, "%s", error);
	liar = fork();
	if (!liar)
		lie(listener, bytes, len);
	close(listener);
	code = upload_prepare(ctx, &rq, "photo") ? NULL : rq.code;
	ck_assert_int_eq(waitpid(liar, &status, 0), liar);
	ck_assert_int_eq(status, 0);
	json_object_put(rq.fields);
	json_object_put(rq.data);
	json_object_put(rq.errors);
	return code;
}

/* Of so many pixels a side, with something behind its end. */
static size_t made(unsigned side, uint8_t *bytes, size_t room)
{
	struct picture drawn = { side, side, 3, talloc_zero_size(ctx, (size_t)side * side * 3) };
	enum picture_kind kind = PICTURE_JPEG;
	FILE *file = tmpfile();
	int64_t n;

	ck_assert(picture_write(fileno(file), &drawn, &kind, 50, &n) && (size_t)n + 9 < room);
	ck_assert_int_eq(pread(fileno(file), bytes, room, 0), n);
	fclose(file);
	memcpy(bytes + n, "<script>", 9);
	return (size_t)n + 8;
}

START_TEST(what_a_decoder_gives_back_is_a_strangers_again)
{
	static uint8_t bytes[2 << 20];
	char dir[CHECK_TEMP_SIZE];

	config->run_dir = check_temp(dir);
	ck_assert_str_eq(lied_to((const uint8_t *)"<script>", 8), "PICTURE_UNREADABLE");
	ck_assert_str_eq(lied_to(bytes, 0), "PICTURE_UNREADABLE");
	ck_assert_str_eq(lied_to(bytes, made(321, bytes, sizeof bytes)), "PICTURE_UNREADABLE");
	made(100, bytes, sizeof bytes);
	ck_assert_str_eq(lied_to(bytes, sizeof bytes), "PICTURE_UNREADABLE"); /* more than it needs */
	ck_assert_ptr_null(lied_to(bytes, made(320, bytes, sizeof bytes)));
}
END_TEST

Suite *files_suite(void)
{
	Suite *suite = suite_create("files");
	TCase *tests = tcase_create("files");

	tcase_set_timeout(tests, 90);
	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, who_uploads_while_files_go_has_theirs);
	tcase_add_test(tests, wherever_the_job_is_killed);
	tcase_add_test(tests, what_was_set_aside_comes_back);
	tcase_add_test(tests, a_name_without_a_file_is_refused);
	tcase_add_test(tests, what_a_decoder_gives_back_is_a_strangers_again);
	suite_add_tcase(suite, tests);
	return suite;
}
