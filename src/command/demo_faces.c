/* A picture is a few ellipses and boxes, each over those before it, with edges as soft as a pixel. What they look like is drawn from a
 * person's number; where they are, from the mark's. */
#include "command/demo_faces.h"
#include "base/file.h"
#include "outside/files.h"
#include "picture/ink.h"
#include "picture/write.h"
#include "rules/strokes.h"
#include "store/demo.h"
#include "store/evidence.h"
#include "store/file.h"
#include "store/profile.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 240, QUALITY = 82, MARKS = 12, POINTS = 60 };

/* Where it is and how large, from 0 to 1 of the picture's side; which colour (0xRRGGBB). */
struct shape {
	double x, y, across, down;
	uint32_t colour;
	bool box;
};

/* ---- drawing ---- */

/* How much of the shape there is at a point, from 0 to 1. */
static double covers(const struct shape *s, double x, double y)
{
	const double dx = fabs(x - s->x) / s->across, dy = fabs(y - s->y) / s->down;
	const double off = s->box ? fmax(dx, dy) : sqrt(dx * dx + dy * dy);

	return fmin(fmax((1 - off) * fmin(s->across, s->down) * SIDE + 0.5, 0), 1);
}

static void put(struct picture *picture, const struct shape *s)
{
	const int top = (int)fmax((s->y - s->down) * SIDE - 1, 0),
		  bottom = (int)fmin((s->y + s->down) * SIDE + 1, SIDE - 1);
	const int left = (int)fmax((s->x - s->across) * SIDE - 1, 0),
		  right = (int)fmin((s->x + s->across) * SIDE + 1, SIDE - 1);

	for (int y = top; y <= bottom; y++)
		for (int x = left; x <= right; x++) {
			const double much = covers(s, (x + 0.5) / SIDE, (y + 0.5) / SIDE);
			uint8_t *at = picture->pixels + 3 * (y * SIDE + x);

			for (int i = 0; much > 0 && i < 3; i++)
				at[i] = (uint8_t)lround(at[i] + much * ((s->colour >> (16 - 8 * i) & 255) - at[i]));
		}
}

/* A number from 0 to n - 1 that belongs to this one, and to what it is for. */
static unsigned pick(int64_t of, unsigned what, unsigned n)
{
	uint64_t mixed = ((uint64_t)of * 64 + what + 1) * UINT64_C(0x9E3779B97F4A7C15);

	mixed = (mixed ^ mixed >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
	return (unsigned)((mixed ^ mixed >> 32) % n);
}

/* The same, as a length from least to most. */
static double between(int64_t of, unsigned what, double least, double most)
{
	return least + (most - least) * pick(of, what, 1001) / 1000;
}

enum { SKIN, HAIR, CLOTHES, WALL, WIDE, LONG, FRINGE, EYES, MOUTH, BEARD, LIGHT, ROWS, BOARD, STYLE };

static void draw_face(struct picture *picture, int64_t person, int64_t place)
{
	static const uint32_t SKINS[] = { 0xF1C9A5, 0xE0AC7E, 0xC68642, 0x8D5524, 0x5C3A21, 0xFFDBC4 },
			      HAIRS[] = { 0x2B2118, 0x4A3120, 0x7A4B28, 0xB98B4E, 0x111114, 0x8A8A8F },
			      CLOTHS[] = { 0x2F5D8C, 0x7B3F61, 0x3E7256, 0x8C5A2F, 0x444B57, 0xA04040 },
			      WALLS[] = { 0xDCE3EA, 0xE8E0D2, 0xCBD8CF, 0xD9CFDD, 0xC9D2DD };
	const uint32_t skin = SKINS[pick(person, SKIN, 6)], hair = HAIRS[pick(person, HAIR, 6)];
	const double x = 0.5 + between(place, LIGHT, -0.05, 0.05), wide = between(person, WIDE, 0.17, 0.21);
	const double hair_down = pick(person, LONG, 3) ? 0.25 : 0.4, brow = between(person, FRINGE, 0.24, 0.29);
	const double eye = between(person, EYES, 0.065, 0.085), mouth = between(person, MOUTH, 0.04, 0.07);
	const struct shape shapes[] = {
		{ 0.5, 0.5, 1, 1, WALLS[pick(place, WALL, 5)], true },
		{ x, 0.42, wide + 0.05, hair_down, hair, false },
		{ x, 1.08, 0.4, 0.36, CLOTHS[pick(person + place, CLOTHES, 6)], false },
		{ x, 0.68, 0.075, 0.13, skin, true },
		{ x - wide, 0.45, 0.03, 0.045, skin, false },
		{ x + wide, 0.45, 0.03, 0.045, skin, false },
		{ x, 0.45, wide, 0.235, skin, false },
		{ x, 0.6, wide * 0.8, pick(person, BEARD, 4) ? 0.002 : 0.09, hair, false },
		{ x, brow, wide * 0.95, 0.075, hair, false },
		{ x - eye, 0.43, 0.027, 0.017, 0xFFFFFF, false },
		{ x + eye, 0.43, 0.027, 0.017, 0xFFFFFF, false },
		{ x - eye, 0.43, 0.013, 0.016, 0x2A2A33, false },
		{ x + eye, 0.43, 0.013, 0.016, 0x2A2A33, false },
		{ x, 0.5, 0.014, 0.035, (skin >> 1 & 0x7F7F7F) + 0x4A3A32, false },
		{ x, 0.58, mouth, 0.014, 0x9A4A4A, false },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		put(picture, &shapes[i]);
}

/* A hall as it is seen from one of its seats. */
static void draw_room(struct picture *picture, int64_t place)
{
	static const uint32_t WALLS[] = { 0xE4DCCB, 0xD7DEE6, 0xDDE3D6 };
	const double left = between(place, BOARD, 0.3, 0.6);
	const unsigned rows = 3 + pick(place, ROWS, 3);

	put(picture, &(struct shape){ 0.5, 0.5, 1, 1, WALLS[pick(place, WALL, 3)], true });
	put(picture, &(struct shape){ 0.5, 0.85, 1, 0.3, 0x8A7B6A, true });
	put(picture, &(struct shape){ left, 0.3, 0.25, 0.15, 0x24493B, true });
	put(picture, &(struct shape){ left + 0.05, 0.27, 0.12, 0.008, 0xE9EFEA, true });
	put(picture, &(struct shape){ left - 0.02, 0.33, 0.15, 0.008, 0xE9EFEA, true });
	for (unsigned row = 0; row < rows; row++)
		for (unsigned seat = 0; seat < 7; seat++) {
			const double size = 0.03 + 0.012 * row, y = 0.58 + 0.1 * row,
				     x = (seat + 0.5 + 0.3 * (row % 2)) / 7;

			if (!pick(place, STYLE + row * 7 + seat, 3))
				continue;
			put(picture, &(struct shape){ x, y + size * 1.7, size * 1.3, size,
						      0x3A5068 + 0x101010 * (seat % 3), false });
			put(picture,
			    &(struct shape){ x, y, size * 0.75, size, 0x2C221B + 0x20180F * (seat % 4), false });
		}
}

/* ---- keeping ---- */

struct drawn {
	struct db *db;
	const char *files;
	ms_t now;
	char name[FILE_NAME_SIZE]; /* of what was kept last */
	int64_t bytes;
};

static bool keep(struct drawn *d, int fd)
{
	return file_digest(fd, d->name) && file_bring(d->db, d->name, NULL, d->bytes, 0, d->now) &&
	       file_store(d->files, fd, d->name);
}

static bool keep_picture(struct drawn *d, struct picture *picture)
{
	enum picture_kind kind = PICTURE_JPEG;
	const int fd = open_nameless(NULL);
	const bool good = fd >= 0 && picture_write(fd, picture, &kind, QUALITY, &d->bytes) && keep(d, fd);

	if (fd >= 0)
		close(fd);
	return good;
}

static bool keep_face(struct drawn *d, int64_t person, int64_t place)
{
	struct picture *picture = talloc_zero(d->db, struct picture);
	bool good;

	*picture = (struct picture){ SIDE, SIDE, 3, talloc_zero_size(picture, 3 * SIDE * SIDE) };
	if (person)
		draw_face(picture, person, place);
	else
		draw_room(picture, place);
	good = keep_picture(d, picture);
	talloc_free(picture);
	return good;
}

/* A hand's way over the pad. */
static bool keep_signature(struct drawn *d, int64_t person)
{
	double at[2 * POINTS];
	bool begins[POINTS] = { true };
	const int fd = open_nameless(NULL);
	bool good;

	for (int i = 0; i < POINTS; i++) {
		const double along = (double)i / POINTS, turns = between(person, WIDE, 12, 22);

		at[2 * i] = 0.12 + 0.7 * along + 0.05 * sin(along * turns * 1.7);
		at[2 * i + 1] = 0.5 + (0.28 - 0.2 * along) * sin(along * turns + pick(person, HAIR, 6));
		begins[i] = i == 0 || i == POINTS / 2 + (int)pick(person, LONG, 9);
	}
	good = fd >= 0 && ink_draw(fd, at, begins, POINTS, STROKES_WIDTH, STROKES_HEIGHT, &d->bytes) && keep(d, fd);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool put_evidence(struct drawn *d, const struct row *mark, const char *kind, int64_t behind)
{
	const struct evidence evidence = { .attendance_id = row_int(mark, "id"),
					   .kind = kind,
					   .sent_sha256 = d->name,
					   .file_sha256 = d->name,
					   .bytes = d->bytes,
					   .width = *kind == 's' ? STROKES_WIDTH : SIDE,
					   .height = *kind == 's' ? STROKES_HEIGHT : SIDE };
	uint8_t uuid[UUID_BYTES];

	return evidence_put(d->db, &evidence, uuid, row_time(mark, "submitted_at") - behind * MS_SECOND);
}

bool demo_faces(struct db *db, const char *files, ms_t now)
{
	const struct rows *marks = demo_pending(db, MARKS);
	struct drawn d = { .db = db, .files = files, .now = now };

	for (size_t i = 0; i < marks->n; i++) {
		struct row mark = row_at(marks, i);
		const int64_t person = row_int(&mark, "account_id"), place = row_int(&mark, "event_id");

		if (!keep_face(&d, person, 1) || !profile_set_photo(db, person, d.name) ||
		    !keep_face(&d, person, place) || !put_evidence(&d, &mark, "front", 21) ||
		    !keep_face(&d, 0, place * 1000 + person) || !put_evidence(&d, &mark, "back", 13) ||
		    !keep_signature(&d, person) || !put_evidence(&d, &mark, "signature", 5))
			return false;
	}
	return demo_evidence_seen(db);
}
