/* Uploads, whole and cut, and more of them than may be. */
#include "check_input.h"
#include <stdio.h>
#include <unistd.h>

Suite *multipart_suite(void);

#define MULTI "multipart/form-data; boundary=XX"
#define PART(name, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                                                   \
	"--XX\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file                                  \
	"\"\r\nContent-Type: image/png\r\n\r\n" value "\r\n"

START_TEST(multipart_is_read)
{
	static const struct {
		int line;
		const char *type, *body;
		enum body_fault fault;
		const char *input, *repeated;
		size_t files;
	} cases[] = {
		{ __LINE__, MULTI, PART("a", "1") "--XX--\r\n", BODY_OK, "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") PART("b[0][c]", "2") "--XX--", BODY_OK,
		  "{\"a\":\"1\",\"b\":[{\"c\":\"2\"}]}", "null", 0 },
		{ __LINE__, "multipart/form-data; charset=utf-8; Boundary=\"XX\"", PART("a", "1") "--XX--", BODY_OK,
		  "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, "before\r\n" PART("a", "1") "--XX--\r\nbehind", BODY_OK, "{\"a\":\"1\"}", "null",
		  0 },
		{ __LINE__, MULTI, PART("a", "") "--XX--", BODY_OK, "{\"a\":\"\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "x\r\n--X\r\n-XX\r\r\n") "--XX--", BODY_OK,
		  "{\"a\":\"x\\r\\n--X\\r\\n-XX\\r\\r\\n\"}", "null", 0 },
		{ __LINE__, MULTI, "--XX \t\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--XX--", BODY_OK,
		  "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a\\\"b", "1") "--XX--", BODY_OK, "{\"a\\\"b\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") PART("a", "2") "--XX--", BODY_OK, "{\"a\":\"1\"}", "[\"a\"]", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "x.png", "bytes") "--XX--", BODY_OK, "{}", "null", 1 },
		{ __LINE__, MULTI, FILE_PART("f", "x.png", "") "--XX--", BODY_OK, "{}", "null", 1 },
		{ __LINE__, MULTI, FILE_PART("f", "", "") "--XX--", BODY_OK, "{}", "null", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "a", "1") FILE_PART("f", "b", "2") "--XX--", BODY_OK, "{}", "[\"f\"]",
		  2 },
		{ __LINE__, MULTI, PART("f", "1") FILE_PART("f", "b", "2") "--XX--", BODY_OK, "{\"f\":\"1\"}",
		  "[\"f\"]", 1 },
		{ __LINE__, MULTI, "--XX--", BODY_OK, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") "--XX", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1"), BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") "--XXjunk\r\n", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "x", "cut"), BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", BODY_UNREADABLE, "{}",
		  "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--",
		  BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\n\r\n1\r\n--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: form-data; name=a\r\n1", BODY_UNREADABLE, "{}", "null",
		  0 },
		{ __LINE__, MULTI, PART("a", "\xFF") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("\xFF", "1") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "x", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, "multipart/form-data", PART("a", "1") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, "multipart/form-data; boundary=", PART("a", "1") "--XX--", BODY_UNREADABLE, "{}", "null",
		  0 },
	};

	/* Whole, and a byte at a time. */
	for (size_t i = 0; i < 2 * N(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		size_t c = i / 2;
		struct post given = { .type = cases[c].type, .body = cases[c].body, .piece = i % 2 };
		struct http *http = post(ctx, &given);

		ck_assert_msg(http->fault == cases[c].fault, "line %d: fault %d %s", cases[c].line, http->fault,
			      http->fault_text);
		ck_assert_msg(!strcmp(plain(http->input), cases[c].input), "line %d: %s", cases[c].line,
			      plain(http->input));
		ck_assert_msg(!strcmp(plain(http->repeated), cases[c].repeated), "line %d: %s", cases[c].line,
			      plain(http->repeated));
		ck_assert_msg(http->n_uploads == cases[c].files, "line %d: %zu", cases[c].line, http->n_uploads);
		talloc_free(ctx);
	}
}
END_TEST

/* A file that ends in what almost is a delimiter, at every place around the window's end. */
START_TEST(files_are_whole_and_close)
{
	for (size_t size = 65536 - 160; size < 65536 - 80; size++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct buf *body = buf_new(ctx, 200000), *content = buf_new(ctx, 100000);
		struct http *http;
		char *back;
		int fd;

		CONFIG.max_upload_kb = 200;
		while (content->len < size)
			buf_char(content, (char)(content->len * 7));
		buf_text(content, "\r\n--X");
		buf_text(body, "--XX\r\nContent-Disposition: form-data; name=f; "
			       "filename=\"C:\\dir\\x.png\"\r\nContent-Type: image/png\r\n\r\n");
		buf_add(body, content->data, content->len);
		buf_text(body, "\r\n" PART("a", "1") "--XX--");
		http = post(ctx, &(struct post){ .type = MULTI, .body = body->data, .len = body->len });
		ck_assert_int_eq(http->fault, BODY_OK);
		ck_assert_str_eq(plain(http->input), "{\"a\":\"1\"}");
		ck_assert_uint_eq(http->n_uploads, 1);
		ck_assert_int_eq(http->uploads[0].size, (int64_t)content->len);
		ck_assert_str_eq(http->uploads[0].name, "x.png");
		ck_assert_str_eq(http->uploads[0].type, "image/png");
		fd = http->uploads[0].fd;
		back = talloc_size(ctx, content->len + 1);
		ck_assert_int_eq(read(fd, back, content->len + 1), (ssize_t)content->len);
		ck_assert_mem_eq(back, content->data, content->len);
		talloc_free(ctx);
		ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), -1);
	}
	CONFIG.max_upload_kb = 64;
}
END_TEST

START_TEST(multipart_has_ceilings)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *body = buf_new(ctx, 1000000);
	struct http *http;

	/* Text may be 4 KB altogether. */
	buf_text(body, "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n");
	buf_add(body, many(ctx, "x", 4097)->data, 4097);
	buf_text(body, "\r\n--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);

	/* Everything 64 KB. */
	buf_clear(body);
	buf_text(body, "--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n");
	buf_add(body, many(ctx, "x", 70000)->data, 70000);
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);

	/* 100 files. */
	buf_clear(body);
	for (int i = 0; i < 101; i++)
		buf_text(body, FILE_PART("f", "x", "1"));
	buf_text(body, "--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);
	ck_assert_uint_eq(http->n_uploads, 100);

	/* 1,000 parts, though each be an empty file input. */
	buf_clear(body);
	CONFIG.max_upload_kb = 1000;
	for (int i = 0; i < 1001; i++)
		buf_text(body, FILE_PART("f", "", ""));
	buf_text(body, "--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);
	CONFIG.max_upload_kb = 64;

	/* A head of 4 KB. */
	buf_clear(body);
	buf_text(body, "--XX\r\nX: ");
	buf_add(body, many(ctx, "x", 5000)->data, 5000);
	buf_text(body, "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_UNREADABLE);
	talloc_free(ctx);
}
END_TEST

Suite *multipart_suite(void)
{
	Suite *suite = suite_create("multipart");
	TCase *tests = tcase_create("multipart");

	tcase_add_test(tests, multipart_is_read);
	tcase_add_test(tests, files_are_whole_and_close);
	tcase_add_test(tests, multipart_has_ceilings);
	suite_add_tcase(suite, tests);
	return suite;
}
