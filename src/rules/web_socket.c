/* SHA-1 proves nothing here and need not: it shows only that nobody answered by chance. */
#include "rules/web_socket.h"
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

char *web_socket_accept_key(const char *key, char out[WEB_SOCKET_ACCEPT])
{
	char text[128];
	unsigned char hash[EVP_MAX_MD_SIZE];
	int len = snprintf(text, sizeof text, "%.64s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);

	if (!EVP_Digest(text, (size_t)len, hash, NULL, EVP_sha1(), NULL))
		abort();
	return sodium_bin2base64(out, WEB_SOCKET_ACCEPT, hash, 20, sodium_base64_VARIANT_ORIGINAL);
}
