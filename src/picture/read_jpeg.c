/* libjpeg-turbo, which undoes the DCT at an eighth, a quarter or a half of the size for less than at the whole. */
#include "picture/reader.h"
#include <jpeglib.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

enum { SCANS_MAX = 200, EIGHTHS = 8 };

struct jpeg {
	struct jpeg_decompress_struct info;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf failed;
	unsigned warnings;
};

static _Noreturn void fail(j_common_ptr info)
{
	longjmp(((struct jpeg *)info->client_data)->failed, 1);
}

static void hear(j_common_ptr info, int level)
{
	if (level < 0)
		((struct jpeg *)info->client_data)->warnings++;
}

static void say_nothing(j_common_ptr info)
{
	(void)info;
}

/* A progressive one may go over the whole picture as often as it likes. */
static void watch(j_common_ptr info)
{
	if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > SCANS_MAX)
		fail(info);
}

static void open_jpeg(struct jpeg *jpeg, const struct reader *reader)
{
	jpeg->info.err = jpeg_std_error(&jpeg->errors);
	jpeg->errors.error_exit = fail;
	jpeg->errors.emit_message = hear;
	jpeg->errors.output_message = say_nothing;
	jpeg->progress.progress_monitor = watch;
	jpeg->info.client_data = jpeg;
	jpeg_create_decompress(&jpeg->info);
	jpeg->info.progress = &jpeg->progress;
	jpeg_mem_src(&jpeg->info, reader->data, (unsigned long)reader->size);
	jpeg_read_header(&jpeg->info, TRUE);
}

/* The least that has two pixels for each that is wanted, so that the mean is of something. */
static unsigned eighths(const struct reader *reader)
{
	unsigned n = 1;

	while (n < EIGHTHS && (reader->head.width * n < reader->width * 2 * EIGHTHS ||
			       reader->head.height * n < reader->height * 2 * EIGHTHS))
		n *= 2;
	return n;
}

/* Ink, as Adobe writes it, the other way round. */
static void rgb_of_inks(uint8_t *row, unsigned width, bool inverted)
{
	const uint8_t *from = row;

	for (unsigned x = 0; x < width; x++, from += 4, row += 3)
		for (int c = 0; c < 3; c++)
			row[c] =
				(uint8_t)(inverted ? from[c] * from[3] / 255 : (255 - from[c]) * (255 - from[3]) / 255);
}

static void begin(struct jpeg *jpeg, const struct reader *reader)
{
	bool inks = jpeg->info.jpeg_color_space == JCS_CMYK || jpeg->info.jpeg_color_space == JCS_YCCK;

	jpeg->info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
	jpeg->info.scale_num = eighths(reader);
	jpeg->info.scale_denom = EIGHTHS;
	jpeg->info.dct_method = JDCT_ISLOW;
	jpeg_start_decompress(&jpeg->info);
}

static void read_rows(struct jpeg *jpeg, struct reader *reader, uint8_t *row)
{
	struct scaler *scaler = reader_begin(reader, jpeg->info.output_width, jpeg->info.output_height, 3);
	bool inks = jpeg->info.out_color_space == JCS_CMYK;

	while (jpeg->info.output_scanline < jpeg->info.output_height &&
	       jpeg_read_scanlines(&jpeg->info, &row, 1) == 1) {
		if (inks)
			rgb_of_inks(row, jpeg->info.output_width, jpeg->info.saw_Adobe_marker);
		scaler_row(scaler, row);
	}
	scaler_finish(scaler);
	jpeg_finish_decompress(&jpeg->info);
}

/* What the library's head and ours say is to be the same. */
static bool is_as_looked(const struct jpeg *jpeg, const struct reader *reader)
{
	return jpeg->info.image_width == reader->head.width && jpeg->info.image_height == reader->head.height;
}

bool jpeg_read(struct reader *reader)
{
	struct jpeg *jpeg = talloc_zero(reader->ctx, struct jpeg);
	uint8_t *row = talloc_array(reader->ctx, uint8_t, reader->head.width * 4 + 64);
	volatile bool good = false;

	if (!setjmp(jpeg->failed)) {
		open_jpeg(jpeg, reader);
		if (is_as_looked(jpeg, reader)) {
			begin(jpeg, reader);
			read_rows(jpeg, reader, row);
			good = !reader->strict || !jpeg->warnings;
		}
	}
	jpeg_destroy_decompress(&jpeg->info);
	return good;
}
