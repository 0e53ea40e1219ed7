/* giflib, which gives the first picture's rows as numbers of colours; behind that nothing is read. What of the screen it does not
 * cover shows through. */
#include "picture/reader.h"
#include <gif_lib.h>
#include <string.h>

struct gif {
	const uint8_t *at;
	size_t left;
	int transparent; /* the colour that is none; -1 */
};

static int give(GifFileType *file, GifByteType *to, int n)
{
	struct gif *from = file->UserData;
	size_t most = n > 0 ? (size_t)n : 0;

	if (most > from->left)
		most = from->left;
	memcpy(to, from->at, most);
	from->at += most;
	from->left -= most;
	return (int)most;
}

static bool read_extension(GifFileType *file, struct gif *gif)
{
	GifByteType *piece;
	int kind;

	if (DGifGetExtension(file, &kind, &piece) == GIF_ERROR)
		return false;
	if (kind == GRAPHICS_EXT_FUNC_CODE && piece && piece[0] >= 4)
		gif->transparent = piece[1] & 1 ? piece[4] : -1;
	while (piece)
		if (DGifGetExtensionNext(file, &piece) == GIF_ERROR)
			return false;
	return true;
}

/* Goes on to the first picture. */
static bool find_picture(GifFileType *file, struct gif *gif)
{
	GifRecordType what;

	while (DGifGetRecordType(file, &what) == GIF_OK) {
		if (what == IMAGE_DESC_RECORD_TYPE)
			return DGifGetImageDesc(file) == GIF_OK;
		if (what != EXTENSION_RECORD_TYPE || !read_extension(file, gif))
			return false;
	}
	return false;
}

/* The order in which rows of an interlaced picture come (GIF 89a, appendix E). */
static const unsigned FIRST[] = { 0, 4, 2, 1 }, STEP[] = { 8, 8, 4, 2 };

/* All rows of the picture, on ctx, in their order. NULL: it ends too soon. */
static uint8_t *read_interlaced(TALLOC_CTX *ctx, GifFileType *file)
{
	unsigned width = (unsigned)file->Image.Width, height = (unsigned)file->Image.Height;
	uint8_t *rows = talloc_size(ctx, (size_t)width * height);

	for (unsigned pass = 0; rows && pass < 4; pass++)
		for (unsigned y = FIRST[pass]; y < height; y += STEP[pass])
			if (DGifGetLine(file, rows + (size_t)y * width, (int)width) == GIF_ERROR)
				return NULL;
	return rows;
}

static void put_colours(const GifFileType *file, const struct gif *gif, const uint8_t *from, uint8_t *to)
{
	const ColorMapObject *colours = file->Image.ColorMap ? file->Image.ColorMap : file->SColorMap;

	to += 4 * file->Image.Left;
	for (int x = 0; x < file->Image.Width; x++, to += 4) {
		bool known = from[x] < colours->ColorCount && from[x] != gif->transparent;
		GifColorType colour = known ? colours->Colors[from[x]] : (GifColorType){ 0, 0, 0 };

		to[0] = colour.Red;
		to[1] = colour.Green;
		to[2] = colour.Blue;
		to[3] = known ? 255 : 0;
	}
}

static bool read_rows(GifFileType *file, const struct gif *gif, struct reader *reader)
{
	unsigned width = (unsigned)file->Image.Width, top = (unsigned)file->Image.Top,
		 bottom = top + (unsigned)file->Image.Height;
	struct scaler *scaler = reader_begin(reader, reader->head.width, reader->head.height, 4);
	uint8_t *line = talloc_size(reader->ctx, width);
	uint8_t *row = talloc_zero_size(reader->ctx, (size_t)reader->head.width * 4);
	uint8_t *rows = file->Image.Interlace ? read_interlaced(reader->ctx, file) : NULL;

	if (file->Image.Interlace && !rows)
		return false;
	for (unsigned y = 0; y < reader->head.height; y++) {
		bool covered = y >= top && y < bottom;

		if (covered && !rows && DGifGetLine(file, line, (int)width) == GIF_ERROR)
			return false;
		if (covered)
			put_colours(file, gif, rows ? rows + (size_t)(y - top) * width : line, row);
		else
			memset(row, 0, (size_t)reader->head.width * 4);
		scaler_row(scaler, row);
	}
	return true;
}

/* It lies on the picture, and has colours. */
static bool is_as_looked(const GifFileType *file, const struct reader *reader)
{
	const GifImageDesc *image = &file->Image;

	return image->Left >= 0 && image->Top >= 0 && image->Width > 0 && image->Height > 0 &&
	       (unsigned)(image->Left + image->Width) <= reader->head.width &&
	       (unsigned)(image->Top + image->Height) <= reader->head.height && (image->ColorMap || file->SColorMap);
}

bool gif_read(struct reader *reader)
{
	struct gif gif = { reader->data, reader->size, -1 };
	GifFileType *file = DGifOpen(&gif, give, NULL);
	bool good = false;

	if (file) {
		good = find_picture(file, &gif) && is_as_looked(file, reader) && read_rows(file, &gif, reader);
		DGifCloseFile(file, NULL);
	}
	return good;
}
