#ifndef RENDER_JSON_H
#define RENDER_JSON_H
/* The JSON envelope of api.md, wrapped around an answer. */
#include "base/buf.h"
#include "http/request.h"

/* The data alone, as it goes on the wire and under an ETag. Valid until data changes. */
const char *json_data(struct json_object *data, size_t *len);
/* success: {"success":true,"data":…,"message":…,"meta":{request_id, timestamp, pagination?, ignored?}}. data_text is
 * json_data()'s or a kept answer's. refusal: {"success":false,"error":{code,message},"message","status_code","errors"?,
 * "data"?, "meta"}: data is what a refusal wants to say beside its sentence (what is left of a category), left out when empty.
 * A success without a message says "OK". pagination, ignored, errors and data may be NULL; none is taken over. */
void json_success(struct buf *out, const char *data_text, size_t data_len, const char *message, const char *request_id,
		  ms_t now, struct json_object *pagination, struct json_object *ignored);
void json_refusal(struct buf *out, int status, const char *code, const char *message, struct json_object *errors,
		  const char *request_id, ms_t now, struct json_object *data);

#endif
