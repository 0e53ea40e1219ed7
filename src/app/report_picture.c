/* Pictures of records for documents. What came from a stranger and was not looked at yet is not decoded here, so it is not in them. */
#include "app/report.h"
#include "outside/files.h"
#include "picture/head.h"
#include "rules/strokes.h"
#include "store/campus.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURE_MOST = 8 << 20 };

static bool ink_of(TALLOC_CTX *mem, const char *text, struct register_picture *out)
{
	struct json_object *json = json_tokener_parse(text);
	struct strokes strokes;
	bool good = json && strokes_read(mem, json, &strokes) == STROKES_GOOD;

	json_object_put(json);
	if (good) {
		out->at = strokes.at;
		out->begins = strokes.begins;
		out->n = strokes.n;
	}
	return good;
}

static void read_file(TALLOC_CTX *mem, const char *dir, const char *name, struct register_picture *out)
{
	struct picture_head head;
	char path[FILE_PATH_SIZE];
	struct stat about;
	uint8_t *bytes;
	int fd;

	file_path(dir, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!fstat(fd, &about) && about.st_size > 0 && about.st_size <= PICTURE_MOST) {
		bytes = talloc_size(mem, (size_t)about.st_size);
		if (read(fd, bytes, (size_t)about.st_size) == about.st_size &&
		    picture_look(bytes, (size_t)about.st_size, &head) == PICTURE_GOOD &&
		    (head.kind == PICTURE_JPEG || head.kind == PICTURE_PNG))
			*out = (struct register_picture){
				.bytes = bytes, .len = (size_t)about.st_size, .width = head.width, .height = head.height
			};
	}
	close(fd);
}

void report_picture(const struct report_wish *wish, TALLOC_CTX *mem, int64_t attendance_id, const char *kind,
		    bool whole, struct register_picture *out)
{
	TALLOC_CTX *memory = db_results(wish->db);
	const struct row *row;

	if (!attendance_id)
		return;
	db_memory(wish->db, mem);
	row = report_evidence(wish->db, attendance_id, kind);
	db_memory(wish->db, memory);
	if (!row || (!whole && !row_null(row, "strokes") && ink_of(mem, row_text(row, "strokes"), out)))
		return;
	read_file(mem, wish->config->files, row_text(row, whole || row_null(row, "thumb") ? "file_sha256" : "thumb"),
		  out);
}

void report_logo(const struct report_wish *wish, int64_t campus_id, struct register_picture *out)
{
	const char *name = campus_logo(wish->db, campus_id);

	if (name)
		read_file(wish->mem, wish->config->files, name, out);
}
